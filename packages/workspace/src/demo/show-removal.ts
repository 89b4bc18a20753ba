import { ask, untilPorts } from './ask.ts';
import type { Replicas } from './show-discovery.ts';
import { DEMO_DOMAIN, type Stage } from './stage.ts';
import { renderDuration } from './terminal.ts';

/** One replica is killed and goes from DNS; the other goes on being answered. */
export async function showRemoval(stage: Stage, { first, second }: Replicas): Promise<void> {
  const { narrator, engine } = stage;
  narrator.heading('A replica is killed, DNS forgets it');
  await narrator.step('docker kill web-1', async () => {
    const askedAtMs = performance.now();
    await engine.kill(first.id);
    const killedAtMs = performance.now();
    const goneAtMs = await untilPorts(stage, 'web', [second.hostPorts.get(80)]);
    const sinceReturn = renderDuration(Math.max(0, goneAtMs - killedAtMs));
    narrator.detail(
      `gone from DNS ${renderDuration(goneAtMs - askedAtMs)} after docker kill was asked for, ${sinceReturn} after it returned`,
    );
  });
  await narrator.step(`dig web.${DEMO_DOMAIN} SRV`, async () => {
    const reply = await ask(stage, 'web', 'SRV');
    for (const text of reply.texts) narrator.detail(text);
  });
}
