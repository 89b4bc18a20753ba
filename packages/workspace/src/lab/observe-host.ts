import { AGENT_NAMES, type LabHost } from '@wharf/lab';
import { requestEngine } from '@wharf/testkit';
import { parseRecords } from '../demo/parse-records.ts';
import type { AgentHealth, EtcdRole, HostHealth } from './lab-view.ts';
import { parseEtcdRole } from './parse-etcd-role.ts';

/** How long something of a host may take to answer before it counts as silent. */
const PATIENCE_MS = 4_000;

/** Asks everything of a host how it is; what does not answer is silent, also because the host has just died. */
export async function observeHost(host: LabHost): Promise<HostHealth> {
  const [etcd, engineAnswers, registrar, dnsServer, logShipper] = await Promise.all([
    orElse<EtcdRole>('silent', async () => parseEtcdRole(await etcdStatus(host))),
    orElse(false, async () => (await requestEngine(host.engine.socketPath, 'GET', '/_ping')).status === 200),
    ...AGENT_NAMES.map((name) =>
      orElse<AgentHealth>({ kind: 'silent' }, () => askReadiness(host.agents[name].adminUrl)),
    ),
  ]);
  const silent: AgentHealth = { kind: 'silent' };
  return {
    etcd,
    engineAnswers,
    agents: {
      registrar: registrar ?? silent,
      'dns-server': dnsServer ?? silent,
      'log-shipper': logShipper ?? silent,
    },
  };
}

/** The names and ports that a host's registrar announces; none when it does not answer. */
export function observeServices(host: LabHost): Promise<readonly { readonly name: string; readonly port: number }[]> {
  return orElse([], async () => {
    const records = parseRecords(await host.agents.registrar.debug('services'));
    return records.flatMap(({ key, value }) => {
      const name = serviceOf(key);
      const port: unknown = Reflect.get(Object(JSON.parse(value)), 'port');
      return name === undefined || typeof port !== 'number' ? [] : [{ name, port }];
    });
  });
}

/** `/skydns/local/example/staging/web/host-1:web:80` is a record of `web`. */
function serviceOf(key: string): string | undefined {
  return key.split('/').at(-2);
}

function etcdStatus(host: LabHost): Promise<string> {
  return host.etcdctl('--command-timeout=3s', '--dial-timeout=3s', 'endpoint', 'status', '--write-out=json');
}

async function askReadiness(adminUrl: string): Promise<AgentHealth> {
  const response = await fetch(`${adminUrl}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = await response.text();
  if (response.ok) return { kind: 'ready' };
  return { kind: 'not-ready', reasons: body.split('\n').filter((line) => line !== '') };
}

/** What `look` finds within the patience; `otherwise` when it fails or takes longer. */
async function orElse<T>(otherwise: T, look: () => Promise<T>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const timer = setTimeout(resolve, PATIENCE_MS, otherwise);
  try {
    return await Promise.race([look(), promise]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
