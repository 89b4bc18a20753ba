import { describe, expect, it } from 'vitest';
import { sampleContainer } from '../testing/sample-container.ts';
import { skipReason } from './skip-reason.ts';

const rules = {
  allowTty: false,
  excludedLabels: [{ name: 'quiet', value: 'true' }],
  hostname: 'east',
  ownContainerId: undefined,
};
const { id } = sampleContainer();

describe('skipReason', () => {
  it.each([
    ['an ordinary one', {}, rules, /^none$/],
    ['LOGSPOUT=ignore', { environment: new Map([['LOGSPOUT', 'ignore']]) }, rules, /variable LOGSPOUT/],
    ['LOGSPOUT=Ignore', { environment: new Map([['LOGSPOUT', 'Ignore']]) }, rules, /variable LOGSPOUT/],
    ['LOGSPOUT=no', { environment: new Map([['LOGSPOUT', 'no']]) }, rules, /^none$/],
    ['the label', { labels: new Map([['LOGSPOUT', 'IGNORE']]) }, rules, /label LOGSPOUT/],
    ['an excluded label', { labels: new Map([['quiet', 'True']]) }, rules, /label quiet/],
    ['another value of it', { labels: new Map([['quiet', 'no']]) }, rules, /^none$/],
    ['a TTY', { tty: true }, rules, /TTY/],
    ['a TTY that is allowed', { tty: true }, { ...rules, allowTty: true }, /^none$/],
    ['no log', { logDriver: 'none' }, rules, /log driver/],
    ['itself', {}, { ...rules, hostname: '0123456789ab' }, /itself/],
    ['another', {}, { ...rules, hostname: '0123456789ac' }, /^none$/],
    ['itself with a host name of its own', {}, { ...rules, ownContainerId: id }, /itself/],
    [
      'another that is named like its host',
      {},
      { ...rules, hostname: id.slice(0, 12), ownContainerId: `f${id.slice(1)}` },
      /^none$/,
    ],
    ['a host named like a short prefix', {}, { ...rules, hostname: '0123' }, /^none$/],
  ])('of %s', (_name, container, given, reason) => {
    expect(skipReason(sampleContainer(container), given) ?? 'none').toMatch(reason);
  });
});
