import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '@wharf/agent';
import { AGENT_NAMES, type AgentName, type LabHost } from '@wharf/lab';
import { renderDuration } from '../demo/terminal.ts';
import { changeHost } from './change-host.ts';
import { describeLostMajority } from './etcd-majority.ts';
import { followLines, followSteadiness, lineCounts } from './follow-fault.ts';
import { type LabCommand, renderHelp } from './lab-command.ts';
import type { LabControls } from './lab-controls.ts';
import type { LabState } from './lab-state.ts';
import { lookUpEverywhere } from './look-up.ts';
import { refuseCommand, touchedHosts } from './refuse-command.ts';
import { runOn, stopService } from './run-and-stop.ts';

/**
 * Does what was asked for and resolves when it is done; false when it could not be, which has been told then. What it leads
 * to is measured in the background.
 */
export async function performCommand(controls: LabControls, text: string, command: LabCommand): Promise<boolean> {
  const { state } = controls;
  const { hosts } = state.cluster;
  const conditions = hosts.map(({ name, state: is }) => ({ name, state: is, busy: state.busy.get(name) }));
  const refusal = refuseCommand(command, conditions);
  if (refusal !== undefined) {
    state.tell(refusal, 'warn');
    return false;
  }
  const touched = touchedHosts(command, hosts);
  for (const { name } of touched) state.busy.set(name, text);
  state.underWay.add(text);
  try {
    return await perform(controls, text, command);
  } catch (error) {
    if (!controls.signal.aborted) state.tell(`${text}: ${describeError(error)}`, 'bad');
    return false;
  } finally {
    for (const { name } of touched) state.busy.delete(name);
    state.underWay.delete(text);
  }
}

/** False when there was nothing to do it to. */
async function perform(controls: LabControls, text: string, command: LabCommand): Promise<boolean> {
  const { state } = controls;
  if (command.kind === 'run') return runOn(controls, hostOf(state, command.host), command.name);
  if (command.kind === 'stop') {
    const on = command.host === undefined ? undefined : hostOf(state, command.host);
    return stopService(controls, command.name, on);
  }
  await performAlways(controls, text, command);
  return true;
}

async function performAlways(
  controls: LabControls,
  text: string,
  command: Exclude<LabCommand, { readonly kind: 'run' | 'stop' }>,
): Promise<void> {
  const { state } = controls;
  switch (command.kind) {
    case 'kill':
    case 'boot':
    case 'cut':
    case 'heal':
      return changeHost(controls, hostOf(state, command.host), command.kind);
    case 'engine':
      return unnoticed(controls, text, () => hostOf(state, command.host).restartEngine());
    case 'leader':
      return restartLeader(controls);
    case 'roll':
      return unnoticed(controls, text, () => roll(controls, command));
    case 'lookup':
      return state.answerWith(await lookUpEverywhere(state, command.name));
    case 'wait':
      return wait(controls, command.seconds);
    case 'logs':
      return controls.showPage(state.newestLines.length === 0 ? ['nothing has arrived yet'] : [...state.newestLines]);
    case 'help':
      return controls.showPage(renderHelp());
    case 'status':
      return controls.showStatus();
    case 'quit':
      return controls.quit();
  }
}

function hostOf({ cluster }: LabState, number: number): LabHost {
  const host = cluster.hosts[number - 1];
  if (host === undefined) throw new Error(`there is no host ${number}`);
  return host;
}

async function wait({ settled, signal }: LabControls, seconds: number | undefined): Promise<void> {
  if (seconds === undefined) await settled();
  else await delay(seconds * 1_000, undefined, { signal });
}

/** Does what nobody should notice, tells how many questions went unanswered, and in the background how many lines. */
async function unnoticed(controls: LabControls, title: string, act: () => Promise<void>): Promise<void> {
  const { state } = controls;
  const lines = lineCounts(state);
  await followSteadiness(controls, title, act);
  controls.background(`the lines of ${title}`, (ends) => followLines(state, title, lines, ends));
}

async function restartLeader(controls: LabControls): Promise<void> {
  const { state } = controls;
  const lost = describeLostMajority(state.cluster.hosts);
  if (lost !== undefined) throw new Error(`etcd has no leader: ${lost}`);
  const leader = await state.cluster.leader();
  const busy = state.busy.get(leader.name);
  if (busy !== undefined) throw new Error(`${leader.name}, which leads, is busy: ${busy}`);
  state.busy.set(leader.name, 'leader');
  try {
    await unnoticed(controls, `restart of etcd's leader on ${leader.name}`, () => leader.restartEtcd());
  } finally {
    state.busy.delete(leader.name);
  }
}

/** One agent after the other, each being ready before the next is touched. */
async function roll(
  { state, signal }: LabControls,
  { agent, host }: { readonly agent?: AgentName; readonly host?: number },
): Promise<void> {
  const hosts =
    host === undefined ? state.cluster.hosts.filter((each) => each.state !== 'dead') : [hostOf(state, host)];
  for (const each of hosts) {
    for (const name of agent === undefined ? AGENT_NAMES : [agent]) {
      signal.throwIfAborted();
      const startedAt = performance.now();
      await each.roll(name);
      state.tell(`${each.name}: ${name} rolled, ready after ${renderDuration(performance.now() - startedAt)}`, 'dim');
    }
  }
}
