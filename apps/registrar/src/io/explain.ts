import type { AgentContext } from '@wharf/agent';
import type { RegistrarSettings } from '../configure.ts';
import { chooseContainer } from '../explain/choose-container.ts';
import { explainContainer } from '../explain/explain-container.ts';
import { layoutOf } from '../records/layout-of.ts';
import { familiesToFind } from '../services/address-family.ts';
import { createContainerBook } from '../sync/container-book.ts';
import { findHostAddresses, hostAddressSources, toHost } from './host-address.ts';
import { listContainers } from './list-containers.ts';
import { openEngine } from './open-engine.ts';

/**
 * What a registrar with these settings makes of one container now, as text for people. It looks at all containers, as the
 * registrar does, because one may use another's network or ask for another's key. The registry is not asked.
 * @param wanted a name, or the first digits of an ID
 * @throws Error with a sentence, when there is no such container or the engine does not answer
 */
export async function explain(wanted: string, settings: RegistrarSettings, context: AgentContext): Promise<string> {
  const { registrar } = settings;
  using cleanup = new DisposableStack();
  const engine = openEngine(settings, context);
  cleanup.defer(() => engine.close());

  const containers = await listContainers(engine, context.log);
  const chosen = chooseContainer(wanted, [...containers.values()]);
  if (!chosen.ok) throw new Error(chosen.error);
  const { host: hostname, addressIn } = registrar;
  const sought = { hostname, families: familiesToFind(registrar), addressIn };
  const addresses = await findHostAddresses(sought, {}, hostAddressSources(context.clock));
  const book = createContainerBook(toHost(registrar.host, addresses), {
    rules: registrar,
    layout: layoutOf(settings.registry, registrar),
    deregister: registrar.deregister,
    drainSeconds: registrar.drainSeconds,
  });
  const nowMs = context.clock.monotonicMs();
  book.replaceAll(containers, nowMs);
  const records = book.part(chosen.value.id);
  if (records === undefined) throw new Error(`container ${chosen.value.name} is not in the book`);
  return explainContainer({ container: chosen.value, records, duplicates: book.desired(nowMs)?.duplicates ?? [] });
}
