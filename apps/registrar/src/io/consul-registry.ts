import type { AgentContext } from '@wharf/agent';
import { checksumOf, type RegistrationMarks } from '../records/consul-registration.ts';
import type { Layout } from '../records/layout.ts';
import type { AppliedOperation, Conflict, Registry, RegistryListener, SyncScope } from '../registries/registry.ts';
import { progressReason } from '../registries/sync-progress.ts';
import { type ConsulPlanRules, planConsul } from '../sync/plan-consul.ts';
import { applyConsulPlan, type RefusedRegistration } from './apply-consul-plan.ts';
import type { ConsulAgent } from './consul-agent.ts';
import type { ConsulError } from './consul-error.ts';
import { errorFields } from './error-fields.ts';
import { createSyncRunner, type SyncRunner } from './sync-runner.ts';

export interface ConsulRegistryOptions extends Pick<AgentContext, 'log' | 'clock' | 'random'>, ConsulPlanRules {
  readonly agent: ConsulAgent;
  readonly layout: Layout;
}

/** How long a stop may take to remove everything: processes that take 10 s to end are killed. */
const REMOVAL_MS = 8_000;

/**
 * A registry in one agent of Consul. Consul knows no leases: what is registered stays until it is deregistered, or until
 * its own check has failed for long enough. Services of this host bear its mark, by which the next process finds them. An
 * agent lets everybody write over everything: what it has is read before anything is written. The agent stays open when
 * the registry stops.
 */
export function createConsulRegistry(options: ConsulRegistryOptions): Registry {
  const { agent, layout, log, host } = options;
  /** What the agent had at the newest look, with what was written since; undefined when that is not certain. */
  let view: ReadonlyMap<string, RegistrationMarks> | undefined;
  let conflicts: readonly Conflict[] = [];
  let refused: readonly RefusedRegistration[] = [];
  /** What the newest plan failed of, the agent having answered before. */
  let serviceFailure: ConsulError | undefined;
  let isHeld = false;
  let runner: SyncRunner | undefined;

  const sync = async (scope: SyncScope, listener: RegistryListener, stopping: AbortSignal): Promise<boolean> => {
    const wanted = listener.desired();
    if (wanted === undefined) return false;
    // A copy: what is wanted goes on changing while the agent is asked.
    const desired = new Map(wanted);
    const isFull = scope === 'everything' || view === undefined;
    if (!isFull && view !== undefined && !isNeeded(desired, view)) {
      listener.onSynced({ scope, applied: [] });
      return true;
    }
    view = undefined;
    const known = await agent.services(stopping);
    if (!isHeld) listener.onHeld();
    isHeld = true;
    const plan = planConsul(isFull ? desired : withoutRefused(desired), known, options);
    const outcome = await applyConsulPlan(agent, plan, { replaces: (id) => known.get(id)?.host === host, stopping });
    reportConflicts(plan.conflicts);
    reportRefused(outcome.refused, isFull, desired);
    const isWhole = outcome.failure === undefined && !stopping.aborted;
    listener.onSynced({ scope: isFull && isWhole ? 'everything' : 'changes', applied: outcome.applied });
    serviceFailure = outcome.failure;
    if (outcome.failure !== undefined) throw outcome.failure;
    if (!isWhole) return false;
    view = viewAfter(known, desired, outcome.applied);
    return true;
  };

  const isNeeded = (desired: ReadonlyMap<string, string>, known: ReadonlyMap<string, RegistrationMarks>): boolean => {
    const plan = planConsul(withoutRefused(desired), known, options);
    reportConflicts(plan.conflicts);
    return plan.puts.length > 0 || plan.deletes.length > 0;
  };

  const viewAfter = (
    known: ReadonlyMap<string, RegistrationMarks>,
    desired: ReadonlyMap<string, string>,
    applied: readonly AppliedOperation[],
  ): ReadonlyMap<string, RegistrationMarks> => {
    const after = new Map(known);
    for (const { type, key } of applied) {
      if (type === 'delete') after.delete(key);
      else after.set(key, { host, checksum: checksumOf(desired.get(key) ?? '') });
    }
    return after;
  };

  const withoutRefused = (desired: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
    const known = new Map(refused.map(({ key, value }) => [key, value]));
    return new Map([...desired].filter(([key, value]) => known.get(key) !== value));
  };

  const reportConflicts = (found: readonly Conflict[]): void => {
    for (const { key, holder } of found) {
      if (conflicts.some((known) => known.key === key)) continue;
      log.error({ key, holder }, 'this service ID is held by somebody else and is left alone');
    }
    conflicts = found;
  };

  const reportRefused = (
    found: readonly RefusedRegistration[],
    isFull: boolean,
    desired: ReadonlyMap<string, string>,
  ): void => {
    for (const { key, value, error } of found) {
      if (refused.some((known) => known.key === key && known.value === value)) continue;
      log.error({ key, reason: error.message }, 'Consul does not take this service, and it is left out');
    }
    const kept = isFull ? [] : refused.filter(({ key, value }) => desired.get(key) === value);
    refused = [...kept, ...found];
  };

  /** What bears the mark of this host goes, desired or not; what Registrator left stays unless `-cleanup` says so. */
  const removeAll = async (): Promise<void> => {
    try {
      const stopping = AbortSignal.timeout(REMOVAL_MS);
      const plan = planConsul(new Map(), await agent.services(stopping), options);
      const { failure } = await applyConsulPlan(agent, plan, { replaces: () => false, stopping });
      if (failure !== undefined) throw failure;
      stopping.throwIfAborted();
    } catch (error) {
      log.warn(errorFields(error), 'not all services could be deregistered: the next process will find them');
    }
  };

  return {
    description: agent.description,
    layout,
    async probe() {
      await agent.services();
    },
    start(listener) {
      runner = createSyncRunner({
        ...options,
        sync: (scope, stopping) => sync(scope, listener, stopping),
        isPartial: (error) => error === serviceFailure && serviceFailure?.code !== 'unavailable',
        onFailed: (error, scope) => listener.onFailed(error, scope),
      });
    },
    request: (scope) => runner?.request(scope),
    conflicts: () => conflicts,
    readiness() {
      const reason = progressReason(runner);
      return reason === undefined ? [] : [`${agent.description}: ${reason}`];
    },
    debug: () => ({
      services: [...(view ?? [])].filter(([, marks]) => marks.host === host).map(([id]) => id),
      refused: refused.map(({ key, error }) => ({ key, reason: error.message })),
    }),
    async stop(records) {
      await runner?.stop();
      if (records === 'remove') await removeAll();
    },
  };
}
