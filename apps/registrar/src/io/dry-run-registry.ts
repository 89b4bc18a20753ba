import type { AgentContext } from '@wharf/agent';
import type { Layout } from '../records/layout.ts';
import { type IntendedOperation, type Intentions, newIntentions } from '../registries/dry-run.ts';
import type { Conflict, Registry, RegistryListener } from '../registries/registry.ts';
import { progressReason } from '../registries/sync-progress.ts';
import { createSyncRunner, type SyncRunner } from './sync-runner.ts';

export interface DryRunOptions extends Pick<AgentContext, 'log' | 'clock' | 'random'> {
  /** What is looked at, in words. */
  readonly description: string;
  readonly layout: Layout;
  /**
   * Reads what is registered, and tells what would be done about it. Writes nothing.
   * @throws Error when the registry does not answer
   */
  readonly look: (desired: ReadonlyMap<string, string>) => Promise<Intentions>;
}

/**
 * A registry for `-dry-run`: compares what is desired with what is registered, logs what would be done, and does none of
 * it. What it has said it says again only when it has changed. It is ready when it has looked.
 */
export function createDryRunRegistry(options: DryRunOptions): Registry {
  const { description, layout, look, log } = options;
  let intended: readonly IntendedOperation[] = [];
  let conflicts: readonly Conflict[] = [];
  let runner: SyncRunner | undefined;
  /** The newest look found nothing to do, and that was said. */
  let saidNothing = false;

  const sync = async (listener: RegistryListener): Promise<boolean> => {
    const desired = listener.desired();
    if (desired === undefined) return false;
    const found = await look(desired);
    const isEmpty = found.operations.length === 0 && found.conflicts.length === 0;
    if (isEmpty && !saidNothing) log.info({ registered: desired.size }, 'nothing would change');
    saidNothing = isEmpty;
    for (const operation of newIntentions(intended, found.operations)) {
      const { key } = operation;
      if (operation.type === 'put') log.info({ key, value: operation.value }, 'would register');
      else log.info({ key }, 'would deregister');
    }
    for (const { key, holder } of found.conflicts) {
      if (conflicts.some((known) => known.key === key)) continue;
      log.error({ key, holder }, 'this key is held by somebody else and would be left alone');
    }
    intended = found.operations;
    conflicts = found.conflicts;
    listener.onSynced({ scope: 'everything', applied: [] });
    return true;
  };

  return {
    description: `${description} (dry run)`,
    layout,
    async probe() {
      await look(new Map());
    },
    start(listener) {
      runner = createSyncRunner({
        ...options,
        sync: () => sync(listener),
        onFailed: (error, scope) => listener.onFailed(error, scope),
      });
    },
    request: (scope) => runner?.request(scope),
    conflicts: () => conflicts,
    readiness() {
      const reason = progressReason(runner);
      return reason === undefined ? [] : [`${description}: ${reason}`];
    },
    debug: () => ({ dryRun: true, operations: intended }),
    stop: async () => runner?.stop(),
  };
}
