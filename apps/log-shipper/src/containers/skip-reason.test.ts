import { describe, expect, it } from 'vitest';
import { sampleContainer } from '../testing/sample-container.ts';
import { skipReason } from './skip-reason.ts';

const rules = { allowTty: false, hostname: 'east' };

describe('skipReason', () => {
  it.each([
    ['an ordinary one', {}, rules, /^none$/],
    ['LOGSPOUT=ignore', { environment: new Map([['LOGSPOUT', 'ignore']]) }, rules, /variable LOGSPOUT/],
    ['LOGSPOUT=Ignore', { environment: new Map([['LOGSPOUT', 'Ignore']]) }, rules, /variable LOGSPOUT/],
    ['LOGSPOUT=no', { environment: new Map([['LOGSPOUT', 'no']]) }, rules, /^none$/],
    ['the label', { labels: new Map([['LOGSPOUT', 'IGNORE']]) }, rules, /label LOGSPOUT/],
    ['a TTY', { tty: true }, rules, /TTY/],
    ['a TTY that is allowed', { tty: true }, { ...rules, allowTty: true }, /^none$/],
    ['no log', { logDriver: 'none' }, rules, /log driver/],
    ['itself', {}, { ...rules, hostname: '0123456789ab' }, /itself/],
    ['another', {}, { ...rules, hostname: '0123456789ac' }, /^none$/],
    ['a host named like a short prefix', {}, { ...rules, hostname: '0123' }, /^none$/],
  ])('of %s', (_name, container, given, reason) => {
    expect(skipReason(sampleContainer(container), given) ?? 'none').toMatch(reason);
  });
});
