import { describe, expect, it } from 'vitest';
import { answerChaos } from './chaos.ts';

const server = { version: 'wharf 1.2.3', hostname: 'node-1' };

describe('answerChaos', () => {
  it.each([
    ['version.bind', 'wharf 1.2.3'],
    ['Version.Server', 'wharf 1.2.3'],
    ['hostname.bind', 'node-1'],
    ['id.server', 'node-1'],
    ['authors.bind', 'the Wharf developers'],
  ])('tells %s, in the case of the question', (text, told) => {
    const name = text.split('.');
    for (const type of ['TXT', 'ANY'] as const) {
      const reply = answerChaos({ name, type, class: 'CH' }, server);
      expect(reply).toMatchObject({ rcode: 0, authoritative: true, authorities: [], additionals: [] });
      expect(reply.answers).toEqual([{ name, class: 'CH', ttl: 0, type: 'TXT', strings: [told] }]);
    }
  });

  it('has nothing but text', () => {
    const reply = answerChaos({ name: ['version', 'bind'], type: 'A', class: 'CH' }, server);
    expect(reply).toMatchObject({ rcode: 0, authoritative: true, answers: [] });
  });

  it.each([
    ['another name', ['foo', 'bind'], server, 'the server says nothing about itself at this name'],
    ['the root', [], server, 'the server says nothing about itself at this name'],
    ['a known name when nothing is to be told', ['version', 'bind'], undefined, 'the server does not say what it is'],
    ['another name when nothing is to be told', ['foo', 'bind'], undefined, 'the server does not say what it is'],
  ])('refuses %s, and says why', (_case, name, told, text) => {
    const reply = answerChaos({ name, type: 'TXT', class: 'CH' }, told);
    expect(reply).toMatchObject({ rcode: 5, answers: [], extendedErrors: [{ code: 18, text }] });
  });
});
