import { describe, expect, it } from 'vitest';
import { parseDnsScenario } from './dns-scenario.ts';

describe('parseDnsScenario', () => {
  it('reads arguments, changes of the store, questions and replies', () => {
    const scenario = parseDnsScenario(`
      ; one record
      serve -domain example.org -ttl 5
      put /skydns/org/example/web {"host": "192.0.2.1"}
      query web.example.org. A edns
        reply NOERROR aa ede=3
        answer     web.example.org. 5 IN A 192.0.2.1
        additional x.example.org. 5 IN A 192.0.2.2
      delete /skydns/org/example/web
      query web.example.org. A
        reply REFUSED
    `);
    expect(scenario).toEqual({
      args: ['-domain', 'example.org', '-ttl', '5'],
      steps: [
        { type: 'put', key: '/skydns/org/example/web', value: '{"host": "192.0.2.1"}' },
        {
          type: 'query',
          title: 'A web.example.org. (line 5)',
          name: 'web.example.org.',
          recordType: 'A',
          edns: true,
          expected: {
            rcode: 'NOERROR',
            authoritative: true,
            truncated: false,
            answers: ['web.example.org. 5 IN A 192.0.2.1'],
            authorities: [],
            additionals: ['x.example.org. 5 IN A 192.0.2.2'],
            extendedErrors: [3],
          },
        },
        { type: 'delete', key: '/skydns/org/example/web' },
        expect.objectContaining({ edns: false, expected: expect.objectContaining({ rcode: 'REFUSED', answers: [] }) }),
      ],
    });
  });

  it.each(['answer a. 1 IN A 192.0.2.1', 'query a. A\nanwser x'])('names the line that it cannot read: %s', (text) => {
    expect(() => parseDnsScenario(text)).toThrow(/line \d of the scenario cannot be read/);
  });
});
