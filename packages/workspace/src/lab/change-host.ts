import type { LabHost } from '@wharf/lab';
import { describeLostMajority } from './etcd-majority.ts';
import {
  answerClock,
  expectationsAt,
  expectationsOfOthers,
  followLines,
  followSettling,
  lineCounts,
} from './follow-fault.ts';
import type { LabControls } from './lab-controls.ts';
import { describeAnswersOf, type LabState } from './lab-state.ts';

/** What can be done to a host that others notice. */
export type Change = 'kill' | 'boot' | 'cut' | 'heal';

/** Changes a host; how the others come to know of it is followed in the background. */
export function changeHost(controls: LabControls, host: LabHost, change: Change): Promise<void> {
  return { kill, boot, cut, heal }[change](controls, host);
}

async function kill(controls: LabControls, host: LabHost): Promise<void> {
  const { state, probes } = controls;
  const names = namesOn(state, host);
  const changedAt = answerClock();
  await Promise.all([probes.detach(host), host.kill()]);
  tellElection(state, host);
  state.health.delete(host.name);
  state.tell(`${host.name} is dead`, 'warn');
  const what = `${host.name} killed: its ${names.join(', ')} gone from`;
  const expectations = expectationsOfOthers(state, host, names, 'gone');
  controls.background(host.name, (signal) => followSettling(controls, { what, changedAt, expectations }, signal));
}

async function boot(controls: LabControls, host: LabHost): Promise<void> {
  const { state, probes } = controls;
  const changedAt = answerClock();
  await host.boot();
  await probes.attach(host);
  const names = namesOn(state, host);
  const expectations = [...expectationsOfOthers(state, host, names, 'come'), ...expectationsAt(state, host)];
  state.tell(`${host.name} is up again`, 'good');
  const what = `${host.name} booted: all is in`;
  controls.background(host.name, (signal) => followSettling(controls, { what, changedAt, expectations }, signal));
}

async function cut(controls: LabControls, host: LabHost): Promise<void> {
  const { state } = controls;
  const names = namesOn(state, host);
  const changedAt = answerClock();
  await host.cutOff();
  tellElection(state, host);
  state.tell(`${host.name} cut off; it answers ${describeAnswersOf(state, host.name)}`, 'warn');
  const what = `${host.name} cut off: its ${names.join(', ')} gone from`;
  const expectations = expectationsOfOthers(state, host, names, 'gone');
  const besides = (): string => `${host.name} still answers ${describeAnswersOf(state, host.name)}`;
  const settling = { what, changedAt, expectations, besides };
  controls.background(host.name, (signal) => followSettling(controls, settling, signal));
}

async function heal(controls: LabControls, host: LabHost): Promise<void> {
  const { state } = controls;
  const lines = lineCounts(state);
  const changedAt = answerClock();
  await host.heal();
  state.tell(`${host.name} has its cable back`, 'good');
  const names = namesOn(state, host);
  const expectations = [...expectationsOfOthers(state, host, names, 'come'), ...expectationsAt(state, host)];
  const what = `${host.name} healed: all is in`;
  controls.background(host.name, async (signal) => {
    await followSettling(controls, { what, changedAt, expectations }, signal);
    await followLines(state, `${host.name} healed`, lines, signal);
  });
}

/** A host that led takes the time of leases with it: that is why records may live longer than the TTL. */
function tellElection(state: LabState, { name }: LabHost): void {
  if (state.health.get(name)?.etcd !== 'leader' || describeLostMajority(state.cluster.hosts) !== undefined) return;
  state.tell(`${name} led etcd: the new leader gives all leases their time anew`, 'dim');
}

/** What a host serves of what the lab started, sorted. */
function namesOn({ placements }: LabState, host: LabHost): readonly string[] {
  const own = [...placements].filter((placement) => placement.host === host);
  return [...new Set(own.flatMap(({ names }) => names))].toSorted();
}
