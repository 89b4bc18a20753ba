import { describe, expect, it } from 'vitest';
import { terminalAbilities } from './lab-terminal.ts';

describe('terminalAbilities', () => {
  it.each([
    { isTerminal: true, arePiped: false, env: {}, isLive: true, colours: true },
    { isTerminal: true, arePiped: true, env: {}, isLive: false, colours: false },
    { isTerminal: true, arePiped: false, env: { NO_COLOR: '' }, isLive: true, colours: true },
    { isTerminal: true, arePiped: false, env: { NO_COLOR: '1' }, isLive: true, colours: false },
    { isTerminal: true, arePiped: false, env: { TERM: 'dumb' }, isLive: false, colours: false },
    { isTerminal: false, arePiped: true, env: { TERM: 'xterm' }, isLive: false, colours: false },
  ])('of a terminal: $isTerminal, commands piped: $arePiped, with $env', (given) => {
    const { isTerminal, arePiped, env, isLive, colours } = given;
    expect(terminalAbilities(isTerminal, arePiped, env)).toEqual({ isLive, colours });
  });
});
