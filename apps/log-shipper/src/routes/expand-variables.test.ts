import { describe, expect, it } from 'vitest';
import { expandVariables } from './expand-variables.ts';

const env = { HOST: 'logs.example.org', EMPTY: '', NESTED: '$HOST' };

describe('expandVariables', () => {
  it.each([
    ['syslog://$HOST:514', 'syslog://logs.example.org:514', []],
    ['syslog://${HOST}x', 'syslog://logs.example.orgx', []],
    ['syslog://$EMPTY:$GONE:$GONE', 'syslog://::', ['EMPTY', 'GONE']],
    ['$NESTED', '$HOST', []],
    ['100$ ${} $1', '100$ ${} $1', []],
  ])('%j becomes %j', (text, expanded, unset) => {
    expect(expandVariables(text, env)).toEqual({ text: expanded, unset });
  });
});
