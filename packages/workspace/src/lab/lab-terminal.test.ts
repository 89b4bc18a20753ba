import { describe, expect, it } from 'vitest';
import { terminalAbilities } from './lab-terminal.ts';

describe('terminalAbilities', () => {
  it.each([
    { isTerminal: true, env: {}, isLive: true, colours: true },
    { isTerminal: true, env: { NO_COLOR: '' }, isLive: true, colours: true },
    { isTerminal: true, env: { NO_COLOR: '1' }, isLive: true, colours: false },
    { isTerminal: true, env: { TERM: 'dumb' }, isLive: false, colours: false },
    { isTerminal: false, env: { TERM: 'xterm' }, isLive: false, colours: false },
  ])('of a terminal: $isTerminal, with $env', ({ isTerminal, env, isLive, colours }) => {
    expect(terminalAbilities(isTerminal, env)).toEqual({ isLive, colours });
  });
});
