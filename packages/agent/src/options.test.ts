import { describe, expect, expectTypeOf, it } from 'vitest';
import { choice, integer, list, string, toggle } from './option-types.ts';
import { defineOptions, type OptionValues } from './options.ts';

describe('defineOptions', () => {
  const table = defineOptions({
    ttl: { flag: 'ttl', type: integer(), default: 40, summary: 'Seconds.' },
    ip: { flag: 'ip', type: string(), default: undefined, summary: 'An address.' },
    format: { variables: ['FORMAT'], type: choice(['rfc5424', 'rfc3164']), default: 'rfc5424', summary: 'A format.' },
    machines: { flag: 'machines', type: list(string()), default: ['a'], summary: 'Machines.' },
    internal: { flag: 'internal', type: toggle(), default: false, summary: 'Inside.' },
  });

  it('knows the type of every value', () => {
    expectTypeOf<OptionValues<typeof table>>().toEqualTypeOf<{
      readonly ttl: number;
      readonly ip: string | undefined;
      readonly format: 'rfc5424' | 'rfc3164';
      readonly machines: readonly string[];
      readonly internal: boolean;
    }>();
  });

  it('refuses a default of another type', () => {
    // @ts-expect-error a text is no number
    const table = defineOptions({ ttl: { flag: 'ttl', type: integer(), default: 'abc', summary: 'Seconds.' } });
    expect(table.ttl.default).toBe('abc');
  });
});
