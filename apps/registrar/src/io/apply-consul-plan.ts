import type { AppliedOperation } from '../registries/registry.ts';
import type { ConsulPlan } from '../sync/plan-consul.ts';
import type { ConsulAgent } from './consul-agent.ts';
import { ConsulError } from './consul-error.ts';

/** A registration that the agent does not take, and will not take again. */
export interface RefusedRegistration {
  readonly key: string;
  readonly value: string;
  readonly error: ConsulError;
}

export interface ConsulOutcome {
  readonly applied: readonly AppliedOperation[];
  readonly refused: readonly RefusedRegistration[];
  /** The first of the failures that may go better the next time; undefined when there was none. */
  readonly failure: ConsulError | undefined;
}

export interface ApplyRules {
  /** Whether an ID is registered for this host already, as something that is outdated. */
  replaces(id: string): boolean;
  /** Gives up the call under way, and all that would follow. */
  readonly stopping: AbortSignal;
}

/**
 * Carries out a plan, one call after the other. A service that the agent does not take never holds up the others; when
 * the agent does not answer, or `stopping` says so, the rest is left. Where the agent does not take a change, what it had
 * before goes: it leads to where nothing is any more.
 */
export async function applyConsulPlan(
  agent: Pick<ConsulAgent, 'register' | 'deregister'>,
  { puts, deletes }: Pick<ConsulPlan, 'puts' | 'deletes'>,
  rules: ApplyRules,
): Promise<ConsulOutcome> {
  const applied: AppliedOperation[] = [];
  const refused: RefusedRegistration[] = [];
  let failure: ConsulError | undefined;
  const steps: { readonly type: AppliedOperation['type']; readonly key: string; readonly value: string }[] = [
    ...puts.map(({ key, value }) => ({ type: 'put' as const, key, value })),
    ...deletes.map((key) => ({ type: 'delete' as const, key, value: '' })),
  ];
  for (const { type, key, value } of steps) {
    if (rules.stopping.aborted) break;
    try {
      await (type === 'put' ? agent.register(value, rules.stopping) : agent.deregister(key, rules.stopping));
      applied.push({ type, key });
    } catch (error) {
      if (!(error instanceof ConsulError)) throw error;
      if (type === 'put' && error.code === 'refused') {
        refused.push({ key, value, error });
        if (rules.replaces(key)) steps.push({ type: 'delete', key, value: '' });
      } else failure ??= error;
      if (error.code === 'unavailable') break;
    }
  }
  return { applied, refused, failure };
}
