import { decodeMessage, encodeMessage, type Message, type QuestionType, type ResourceRecord } from '@wharf/dns-wire';
import { canonicalLabel, keyOf, type Labels } from '@wharf/record-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnswering } from '../testing/create-answering.ts';

const SERVICE: Labels = ['_web', '_tcp', 'example', 'local'];

/** The instances of `service` by these names, each with its record's JSON; asked over the bytes of messages. */
function serverOf(instances: readonly (readonly [label: string, json: string])[], service = SERVICE) {
  const server = createAnswering(['-domain', 'example.local', '-round-robin=false']);
  for (const [label, value] of instances) {
    server.put(['/skydns', ...[label, ...service].toReversed()].join('/'), value);
  }
  return {
    rejected: server.rejected,
    ask: (name: Labels, type: QuestionType, transport: 'udp' | 'tcp' = 'tcp'): Message => {
      const query = encodeMessage({ ...emptyQuery, questions: [{ name, type, class: 'IN' }] });
      if (!query.ok) throw new Error(query.error.message);
      const { reply, problem } = server.respond(query.value, transport);
      const decoded = reply === undefined ? undefined : decodeMessage(reply.bytes);
      if (decoded?.ok !== true || problem !== undefined) throw new Error(problem ?? 'no reply');
      return decoded.value;
    },
  };
}

const emptyQuery: Message = {
  id: 1,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [],
  answers: [],
  authorities: [],
  additionals: [],
};

const targets = (records: readonly ResourceRecord[]): readonly Labels[] =>
  records.flatMap((record) => (record.type === 'PTR' || record.type === 'SRV' ? [record.target] : []));

describe('RFC 6763 section 4.1.1: instance names', () => {
  it.each([
    'Dr. Pepper’s printer, 2nd floor',
    'node-1:web.1:80',
    'eu%2f1',
    'Büro \u{1f5a8}',
    '1.2.3.4',
    ' ',
    '\\',
    '_web',
    'x'.repeat(63),
  ])('%j is one label, from the key to the reply and back', (label) => {
    const { ask } = serverOf([[label, '{"host":"10.0.0.1","port":80,"text":"a=1"}']]);
    const [instance = []] = targets(ask(SERVICE, 'PTR').answers);
    expect(instance).toEqual([label, ...SERVICE]);
    expect(ask(instance, 'SRV').answers).toMatchObject([{ type: 'SRV', port: 80, target: instance }]);
    expect(ask(instance, 'TXT').answers).toMatchObject([{ type: 'TXT', strings: ['a=1'] }]);
    expect(ask(instance, 'A').answers).toMatchObject([{ type: 'A', address: '10.0.0.1' }]);
  });

  it('any instances are listed, each once, and each that is listed can be asked about', () => {
    const label = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 63 })
      .filter((label) => keyOf('skydns', [label, ...SERVICE]).ok && canonicalLabel(label) !== '_sub');
    const labels = fc.uniqueArray(label, { selector: canonicalLabel, maxLength: 10 });
    fc.assert(
      fc.property(labels, (labels) => {
        const { ask } = serverOf(labels.map((label) => [label, '{"host":"10.0.0.1"}']));
        const found = targets(ask(SERVICE, 'PTR').answers);
        expect(new Set(found.map(([label]) => label))).toEqual(new Set(labels));
        expect(found).toHaveLength(labels.length);
        for (const instance of found) {
          expect(targets(ask(instance, 'SRV').answers)).toEqual([instance]);
          expect(ask(instance, 'TXT').answers).toHaveLength(1);
        }
      }),
    );
  });

  it('an instance whose name is too long for DNS is not listed, and its neighbours are', () => {
    const service = ['_web', '_tcp', ...['x', 'y', 'z'].map((letter) => letter.repeat(63)), 'example', 'local'];
    const { ask } = serverOf(
      [
        ['a'.repeat(37), '{}'],
        ['b'.repeat(38), '{}'],
      ],
      service,
    );
    expect(targets(ask(service, 'PTR').answers)).toEqual([['a'.repeat(37), ...service]]);
  });
});

describe('RFC 6763 section 6: TXT records of an instance', () => {
  it.each([
    ['6.1: none at all', '{"host":"10.0.0.1"}', ['']],
    ['6.1: an empty text', '{"host":"10.0.0.1","text":""}', ['']],
    ['6.1: a text of blanks', '{"host":"10.0.0.1","text":"  "}', ['']],
    ['6.1: nothing but text', '{"text":"a=1"}', ['a=1']],
    ['6.1: an empty record', '{}', ['']],
    ['6.3: several', '{"text":"a=1 \\"b=2 3\\" c"}', ['a=1', 'b=2 3', 'c']],
    ['6.5: a value of any octets', '{"text":"a=\\\\255\\\\000"}', ['a=\udcff\0']],
    ['6.5: UTF-8', '{"text":"a=ü"}', ['a=ü']],
  ])('%s', (_, json, strings) => {
    const { ask } = serverOf([['one', json]]);
    expect(ask(['one', ...SERVICE], 'TXT').answers).toMatchObject([{ type: 'TXT', strings }]);
  });

  it('any text that a record can hold gives a record that can be sent', () => {
    const unit = fc.constantFrom('"', '\\', ' ', '=', 'a', '9', 'ü', '\ud800', '\0');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit, maxLength: 400 })), (text) => {
        const { ask, rejected } = serverOf([['one', JSON.stringify({ text })]]);
        expect(ask(['one', ...SERVICE], 'TXT')).toMatchObject({ rcode: rejected.length > 0 ? 3 : 0 });
      }),
    );
  });

  it('the longest text of the most strings can be sent', () => {
    const { ask } = serverOf([['one', JSON.stringify({ text: 'a '.repeat(32_639) })]]);
    expect(ask(['one', ...SERVICE], 'TXT').answers).toMatchObject([{ strings: { length: 32_639 } }]);
  });
});

describe('RFC 6763 section 12.1: additional records of PTR answers', () => {
  const many = Array.from({ length: 300 }, (_, n) => [`i${n}`, `{"host":"10.0.0.${n % 250}","port":${n}}`] as const);

  it('are of at most a hundred instances', () => {
    const { answers, additionals } = serverOf(many).ask(SERVICE, 'PTR');
    const count = (type: string) => additionals.filter((record) => record.type === type).length;
    expect([answers.length, count('SRV'), count('TXT'), count('A')]).toEqual([300, 100, 100, 100]);
  });

  it('are left out before the instances themselves', () => {
    const some = serverOf(many.slice(0, 10)).ask(SERVICE, 'PTR', 'udp');
    expect([some.truncated, some.answers.length]).toEqual([false, 10]);
    expect(some.additionals.length).toBeLessThan(30);
    expect(serverOf(many).ask(SERVICE, 'PTR', 'udp').truncated).toBe(true);
  });
});
