import { describe, expect, it } from 'vitest';
import { parseLabCommand } from './parse-lab-command.ts';
import { type HostCondition, refuseCommand } from './refuse-command.ts';

const hosts: readonly HostCondition[] = [
  { name: 'host-1', state: 'up', busy: undefined },
  { name: 'host-2', state: 'cut-off', busy: undefined },
  { name: 'host-3', state: 'dead', busy: undefined },
  { name: 'host-4', state: 'up', busy: 'engine 4' },
];

function refuse(text: string, of: readonly HostCondition[] = hosts): string | undefined {
  const parsed = parseLabCommand(text, 4);
  if (!parsed.ok) throw new Error(parsed.error);
  return refuseCommand(parsed.value, of);
}

describe('refuseCommand', () => {
  it.each([
    ['boot 1', 'host-1 runs; kill 1 ends it'],
    ['kill 3', 'host-3 is dead; boot 3 boots it'],
    ['cut 3', 'host-3 is dead; boot 3 boots it'],
    ['run web on 3', 'host-3 is dead; boot 3 boots it'],
    ['stop web on 3', 'host-3 is dead; boot 3 boots it'],
    ['cut 2', 'host-2 is cut off; heal 2 puts the cable back'],
    ['heal 1', 'host-1 is not cut off; cut 1 takes its cable out'],
    ['roll dns-server 2', 'host-2 is cut off, and its agents would not get ready; heal 2 puts the cable back'],
    ['kill 4', 'host-4 is busy: engine 4'],
    ['roll', 'host-4 is busy: engine 4'],
  ])('does not let %s happen', (text, expected) => {
    expect(refuse(text)).toBe(expected);
  });

  it.each(['kill 1', 'kill 2', 'boot 3', 'cut 1', 'heal 2', 'engine 2', 'leader', 'stop web', 'lookup web', 'logs'])(
    'lets %s happen',
    (text) => {
      expect(refuse(text)).toBeUndefined();
    },
  );

  it('rolls the agents of those hosts that are there', () => {
    expect(
      refuse(
        'roll',
        hosts.filter(({ name }) => name === 'host-1' || name === 'host-3'),
      ),
    ).toBeUndefined();
  });
});
