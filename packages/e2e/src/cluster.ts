import { fileURLToPath } from 'node:url';
import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  freePort,
  importSampleImage,
  type Rsyslog,
  startAgent,
  startDockerd,
  startEtcd,
  startRsyslog,
} from '@wharf/testkit';

/** One host of a real installation: etcd, Docker, rsyslog, and the three built agents as processes of their own. */
export interface Host {
  readonly etcd: EtcdServer;
  readonly dockerd: Dockerd;
  readonly rsyslog: Rsyslog;
  readonly registrar: AgentProcess;
  readonly dnsServer: AgentProcess;
  readonly logShipper: AgentProcess;
  readonly dnsPort: number;
  readonly image: string;
}

/** The zone and the address that the tests' services are registered with. */
export const DOMAIN = 'staging.example.local';
export const HOST_IP = '10.20.30.40';

/** The built program of an app. */
export function mainOf(app: string): string {
  return fileURLToPath(new URL(`../../../apps/${app}/dist/main.js`, import.meta.url));
}

/** Brings up everything on one host, with the command lines that the units of the original tools have. */
export async function startHost(cleanup: AsyncDisposableStack): Promise<Host> {
  const [etcd, dockerd, rsyslog] = await Promise.all([startEtcd(), startDockerd(), startRsyslog()]);
  cleanup.defer(() => etcd.stop());
  cleanup.defer(() => dockerd.stop());
  cleanup.defer(() => rsyslog.stop());
  const image = await importSampleImage(dockerd.socketPath);
  const dnsPort = await freePort();
  const dockerHost = { DOCKER_HOST: `unix://${dockerd.socketPath}` };
  const agents = await Promise.all([
    startRegistrar(etcd, dockerd),
    startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: [],
      env: { ETCD_MACHINES: etcd.url, SKYDNS_ADDR: `127.0.0.1:${dnsPort}`, SKYDNS_DOMAIN: DOMAIN },
    }),
    startAgent({
      name: 'log-shipper',
      main: mainOf('log-shipper'),
      args: [`syslog+tcp://127.0.0.1:${rsyslog.tcpPort}`],
      env: dockerHost,
    }),
  ]);
  const [registrar, dnsServer, logShipper] = agents;
  for (const agent of agents) cleanup.defer(() => agent.stop());
  await Promise.all(agents.map((agent) => agent.ready()));
  return { etcd, dockerd, rsyslog, registrar, dnsServer, logShipper, dnsPort, image };
}

/** A registrar with the flags of the original's unit, and `more`. */
export function startRegistrar(
  etcd: EtcdServer,
  dockerd: Dockerd,
  more: readonly string[] = [],
): Promise<AgentProcess> {
  return startAgent({
    name: 'registrar',
    main: mainOf('registrar'),
    args: [...more, '-ip', HOST_IP, '-ttl-refresh', '30', '-ttl', '40', `skydns2://${etcd.endpoint}/${DOMAIN}`],
    env: { DOCKER_HOST: `unix://${dockerd.socketPath}` },
  });
}
