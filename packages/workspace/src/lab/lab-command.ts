import type { AgentName } from '@wharf/lab';

/** What can be asked of the running lab; hosts by their number, from 1. */
export type LabCommand =
  | { readonly kind: 'kill' | 'boot' | 'cut' | 'heal' | 'engine'; readonly host: number }
  | { readonly kind: 'leader' | 'status' | 'logs' | 'help' | 'quit' }
  /** Without an agent all three, without a host all of them. */
  | { readonly kind: 'roll'; readonly agent?: AgentName; readonly host?: number }
  | { readonly kind: 'run'; readonly name: string; readonly host: number }
  /** Without a host on all of them. */
  | { readonly kind: 'stop'; readonly name: string; readonly host?: number }
  | { readonly kind: 'lookup'; readonly name: string }
  /** Without seconds until nothing is measured any more. */
  | { readonly kind: 'wait'; readonly seconds?: number };

/** A command as it was typed, and what it means. */
export interface TypedCommand {
  readonly text: string;
  readonly command: LabCommand;
}

/** How each is typed and what it does, in the order of `help`. */
export const commandHelp: Readonly<Record<LabCommand['kind'], { readonly usage: string; readonly summary: string }>> = {
  kill: { usage: 'kill 2', summary: 'end all of host-2 at once, as a power cut does' },
  boot: { usage: 'boot 2', summary: 'boot it again on what its disk has' },
  cut: { usage: 'cut 2', summary: "take host-2's cable out" },
  heal: { usage: 'heal 2', summary: 'put the cable back' },
  leader: { usage: 'leader', summary: "restart etcd's leader" },
  engine: { usage: 'engine 2', summary: "restart host-2's container engine" },
  roll: { usage: 'roll [AGENT] [2]', summary: 'restart all agents, those of this name, those of this host' },
  run: { usage: 'run NAME on 2', summary: 'start a container that serves NAME there' },
  stop: { usage: 'stop NAME [on 2]', summary: 'stop and remove the containers of NAME' },
  lookup: { usage: 'lookup NAME', summary: 'getaddrinfo in a container on every host' },
  logs: { usage: 'logs', summary: 'the newest log lines that have arrived' },
  status: { usage: 'status', summary: 'the table as lines' },
  wait: { usage: 'wait [SECONDS]', summary: 'pause; without seconds until all is measured' },
  help: { usage: 'help', summary: 'this' },
  quit: { usage: 'quit', summary: 'end and remove the lab (Ctrl-C, Ctrl-D)' },
};

/** Every word that a command begins with. */
export function commandWords(): readonly LabCommand['kind'][] {
  return Object.keys(commandHelp).filter(isCommandWord);
}

export function isCommandWord(word: string): word is LabCommand['kind'] {
  return Object.hasOwn(commandHelp, word);
}

/** `help`: a line for each command. */
export function renderHelp(): readonly string[] {
  const forms = Object.values(commandHelp);
  const width = Math.max(...forms.map(({ usage }) => usage.length));
  return forms.map(({ usage, summary }) => `${usage.padEnd(width)}  ${summary}`);
}
