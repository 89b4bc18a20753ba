import type { HostState } from '@wharf/lab';
import type { LabCommand } from './lab-command.ts';

/** What is known of a host before something is done to it. */
export interface HostCondition {
  readonly name: string;
  readonly state: HostState;
  /** What is being done to it already. */
  readonly busy: string | undefined;
}

/** Why a command cannot be done to the hosts as they are now, in a sentence; undefined when it can. */
export function refuseCommand(command: LabCommand, hosts: readonly HostCondition[]): string | undefined {
  const touched = touchedHosts(command, hosts);
  const busy = touched.find((host) => host.busy !== undefined);
  if (busy !== undefined) return `${busy.name} is busy: ${busy.busy}`;
  for (const host of touched) {
    const refusal = refuseFor(command.kind, host);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The hosts that a command changes; it must be alone with them. */
export function touchedHosts<H extends { readonly state: HostState }>(
  command: LabCommand,
  hosts: readonly H[],
): readonly H[] {
  // What is dead has no agents: rolling all means those that are there.
  if (command.kind === 'roll' && command.host === undefined) return hosts.filter(({ state }) => state !== 'dead');
  const host = 'host' in command ? command.host : undefined;
  return host === undefined ? [] : hosts.slice(host - 1, host);
}

function refuseFor(kind: LabCommand['kind'], { name, state }: HostCondition): string | undefined {
  const number = name.replace('host-', '');
  if (kind === 'boot') return state === 'dead' ? undefined : `${name} runs; kill ${number} ends it`;
  if (state === 'dead') return `${name} is dead; boot ${number} boots it`;
  if (kind === 'cut' && state === 'cut-off') return `${name} is cut off; heal ${number} puts the cable back`;
  if (kind === 'heal' && state === 'up') return `${name} is not cut off; cut ${number} takes its cable out`;
  if (kind === 'roll' && state === 'cut-off') {
    return `${name} is cut off, and its agents would not get ready; heal ${number} puts the cable back`;
  }
  return undefined;
}
