import { eventually } from '@wharf/testkit';
import { startLabSwitch } from '../cluster/lab-switch.ts';
import { runIn } from '../cluster/run-in.ts';
import { type EngineHost, startEngineHost } from '../compose/engine-host.ts';
import { importEtcdImage } from '../compose/etcd-image.ts';
import { type RunningUnit, runUnit, type UnitChanges } from './run-unit.ts';

/** A host as the posts have it: its address in the environment of its units, and etcd at port 4001 in both versions. */
export interface PostsHost extends EngineHost {
  /** Runs etcdctl (API 3) on the host; resolves to its standard output. */
  etcdctl(...args: readonly string[]): Promise<string>;
  /** The host's etcd as other programs of the host reach it: `http://10.77.0.11:4001`. */
  readonly etcdUrl: string;
  /** Runs the command of a unit, which is given as text. */
  run(unit: string, changes?: UnitChanges): Promise<RunningUnit>;
}

const ETCD_PORT = 4001;

/** Starts the host with etcd and no agent; it ends with the stack, and with this process, however it dies. Needs root. */
export async function startPostsHost(cleanup: AsyncDisposableStack): Promise<PostsHost> {
  const labSwitch = await startLabSwitch();
  cleanup.defer(() => labSwitch.end());
  const host = await startEngineHost(cleanup, labSwitch, { name: 'host-1', address: '10.77.0.11' });
  await importEtcdImage(host.engine, 'wharf-etcd:test');
  const etcdUrl = `http://${host.address}:${ETCD_PORT}`;
  const listening = [`--listen-client-urls=${etcdUrl}`, `--advertise-client-urls=${etcdUrl}`];
  const etcd = ['wharf-etcd:test', 'etcd', '--enable-v2', '--data-dir=/tmp/etcd', ...listening];
  await host.engine.docker('run', '--detach', '--network', 'host', '--env', 'LOGSPOUT=ignore', ...etcd);
  const etcdctl = (...args: readonly string[]): Promise<string> =>
    runIn(host.engine.enterNetwork, ['etcdctl', '--endpoints', etcdUrl, ...args], { ETCDCTL_API: '3' });
  await eventually('etcd serves', () => etcdctl('endpoint', 'health'));
  return {
    ...host,
    etcdUrl,
    etcdctl,
    run: (unit, changes) => runUnit(host, unit, changes),
  };
}
