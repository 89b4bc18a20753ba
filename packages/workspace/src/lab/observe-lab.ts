import { describeHealthChange } from './describe-change.ts';
import type { LabState } from './lab-state.ts';
import type { ServiceView } from './lab-view.ts';
import { parseSampleLine } from './line-ledger.ts';
import { observeHost, observeServices } from './observe-host.ts';

const EVERY_MS = 1_000;
const NEWEST_LINES = 10;

/** Looks at every host and at what has arrived at rsyslog, again and again; resolves to what ends that. */
export async function observeLab(state: LabState): Promise<() => Promise<void>> {
  const readLines = createLineReading(state);
  let isOver = false;
  const look = async (): Promise<void> => {
    await Promise.all([lookAtHosts(state), lookAtServices(state)]);
  };
  await look();
  let under = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking || isOver) return;
    isLooking = true;
    readLines();
    under = look().finally(() => {
      isLooking = false;
    });
  }, EVERY_MS);
  return async () => {
    isOver = true;
    clearInterval(timer);
    await under;
  };
}

async function lookAtHosts(state: LabState): Promise<void> {
  const living = state.cluster.hosts.filter((host) => host.state !== 'dead');
  await Promise.all(
    living.map(async (host) => {
      const after = await observeHost(host);
      // It may have died meanwhile, and then there is nothing to tell.
      if (host.state === 'dead') {
        state.health.delete(host.name);
        return;
      }
      const before = state.health.get(host.name);
      state.health.set(host.name, after);
      // What is done to a host on purpose is told by what does it.
      if (state.busy.has(host.name)) return;
      for (const change of describeHealthChange(host.name, before, after)) state.tell(change, 'dim');
    }),
  );
}

async function lookAtServices(state: LabState): Promise<void> {
  const living = state.cluster.hosts.filter((host) => host.state !== 'dead');
  const found = await Promise.all(
    living.map(async (host) => {
      const services = await observeServices(host);
      return services.map(({ name, port }) => ({ name, replica: `${host.name}:${port}` }));
    }),
  );
  const byName = Map.groupBy(found.flat(), ({ name }) => name);
  state.services = [...byName]
    .map(([name, replicas]): ServiceView => ({ name, replicas: replicas.map(({ replica }) => replica).toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function createLineReading({ cluster, ledger, newestLines }: LabState): () => void {
  let seen = 0;
  let readAt = performance.now();
  return () => {
    const messages = cluster.rsyslog.messages();
    const now = performance.now();
    const fresh = messages.slice(seen);
    ledger.take(
      fresh.flatMap((message) => parseSampleLine(message) ?? []),
      Math.max(1, now - readAt),
    );
    newestLines.push(
      ...fresh.slice(-NEWEST_LINES).map(({ hostname, appName, msg }) => `${hostname} ${appName}:${msg}`),
    );
    newestLines.splice(0, newestLines.length - NEWEST_LINES);
    [seen, readAt] = [messages.length, now];
  };
}
