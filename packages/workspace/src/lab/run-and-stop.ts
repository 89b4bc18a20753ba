import type { LabHost } from '@wharf/lab';
import { answerClock, expectationsAt, expectationsOfOthers, followSettling } from './follow-fault.ts';
import type { LabControls } from './lab-controls.ts';
import type { LabState } from './lab-state.ts';
import { type Placement, removePlacement, startService } from './sample-services.ts';

/** Starts a container that serves `name`; false when the host has one of that name. */
export async function runOn(controls: LabControls, host: LabHost, name: string): Promise<boolean> {
  const { state } = controls;
  if ([...state.placements].some((placement) => placement.host === host && placement.container === name)) {
    state.tell(`${host.name} runs ${name} already`, 'warn');
    return false;
  }
  const changedAt = answerClock();
  state.placements.add(await startService(host, name));
  const own = expectationsAt(state, host).filter((expectation) => expectation.name === name);
  const expectations = [...(host.state === 'up' ? expectationsOfOthers(state, host, [name], 'come') : []), ...own];
  const settling = { what: `${name} started on ${host.name}: it is in`, changedAt, expectations };
  controls.background(`${name} on ${host.name}`, (signal) => followSettling(controls, settling, signal));
  return true;
}

/** Stops and removes what serves `name`, on one host or all that can be reached; false when nothing does. */
export async function stopService(controls: LabControls, name: string, on: LabHost | undefined): Promise<boolean> {
  const { state } = controls;
  const found = [...state.placements].filter(
    ({ host, names }) => names.includes(name) && host.state !== 'dead' && (on === undefined || host === on),
  );
  if (found.length === 0) {
    const running = [...new Set([...state.placements].flatMap(({ names }) => names))].toSorted();
    state.tell(
      `nothing of ${name} runs ${on === undefined ? 'anywhere' : `on ${on.name}`}; there is ${running.join(', ')}`,
      'warn',
    );
    return false;
  }
  await Promise.all(found.map((placement) => stopOne(controls, placement)));
  return true;
}

async function stopOne(controls: LabControls, placement: Placement): Promise<void> {
  const { state } = controls;
  const { host, names, container } = placement;
  const changedAt = answerClock();
  state.placements.delete(placement);
  await removePlacement(placement);
  const gone = names.filter((name) => !isServedOn(state, host, name));
  const expectations = host.state === 'up' ? expectationsOfOthers(state, host, gone, 'gone') : [];
  const settling = {
    what: `${container} stopped on ${host.name}: ${gone.join(', ')} gone from`,
    changedAt,
    expectations,
  };
  controls.background(`${container} on ${host.name}`, (signal) => followSettling(controls, settling, signal));
}

function isServedOn({ placements }: LabState, host: LabHost, name: string): boolean {
  return [...placements].some((placement) => placement.host === host && placement.names.includes(name));
}
