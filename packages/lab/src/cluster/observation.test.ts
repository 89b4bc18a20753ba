import { describe, expect, it } from 'vitest';
import { noAnswer, observationOf, parseObservation, renderObservation } from './observation.ts';

const asked = { host: 'host-1', askedAt: 1_700_000_000_000.5, tookMs: 1.5 };

const reply = {
  rcode: 'NOERROR',
  texts: [
    'web.example.local. 10 IN SRV 10 50 81 b.example.local.',
    'web.example.local. 10 IN CNAME c.example.local.',
    'web.example.local. 10 IN SRV 10 50 80 a.example.local.',
  ],
};

describe('observationOf', () => {
  it('has the data of the type that was asked for, sorted', () => {
    expect(observationOf({ ...asked, type: 'SRV' }, reply)).toEqual({
      ...asked,
      rcode: 'NOERROR',
      data: ['10 50 80 a.example.local.', '10 50 81 b.example.local.'],
    });
  });
});

describe('parseObservation', () => {
  it.each([observationOf({ ...asked, type: 'SRV' }, reply), noAnswer({ ...asked, type: 'A' })])(
    'is the inverse of renderObservation: $rcode',
    (observation) => expect(parseObservation(renderObservation(observation))).toEqual(observation),
  );

  it.each(['[]', 'null', '{"host":"host-1"}', '{"host":"a","askedAt":1,"tookMs":1,"rcode":"NOERROR","data":[1]}'])(
    'refuses %s',
    (line) => expect(() => parseObservation(line)).toThrow(`not an observation: ${line}`),
  );
});
