import { showDiscovery } from './show-discovery.ts';
import { showLogs } from './show-logs.ts';
import { showRemoval } from './show-removal.ts';
import { setUpStage } from './stage.ts';
import type { Narrator } from './terminal.ts';

/**
 * The whole story on real parts: containers start, records appear, DNS answers, output arrives, a replica is killed and
 * goes from DNS. Takes everything down again, also when a step fails or `signal` aborts.
 * @throws what the first failing step threw, or the signal's reason
 */
export async function runDemo(narrator: Narrator, signal: AbortSignal, env: NodeJS.ProcessEnv): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const stage = await setUpStage(narrator, signal, env, cleanup);
  const replicas = await showDiscovery(stage);
  await showLogs(stage);
  await showRemoval(stage, replicas);
}
