import { eventually, startServer } from '@wharf/testkit';
import { CLIENT_PORT } from './etcd-member.ts';
import type { LabHost } from './lab-host.ts';
import { createLineReader } from './read-lines.ts';
import { parseWatchLine, type StoreEvent } from './store-event.ts';

/** A key that is nobody's; what it holds says that the history up to here has been read. */
const MARK = '/lab/mark';

/** The newest revision of the cluster's store, as a host's member knows it. */
export async function revisionOf(host: LabHost): Promise<number> {
  const text = await host.etcdctl('get', MARK, '--write-out=json');
  const [, revision] = /"revision":([0-9]+)/.exec(text) ?? [];
  if (revision === undefined) throw new Error(`etcdctl said no revision: ${text}`);
  return Number(revision);
}

/** Every change that the store has seen since it was made: the lab's etcd is never compacted. */
export async function readStoreHistory(host: LabHost): Promise<readonly StoreEvent[]> {
  const mark = String((await revisionOf(host)) + 1);
  await host.etcdctl('put', MARK, mark);
  const events: StoreEvent[] = [];
  const endpoint = `http://${host.address}:${CLIENT_PORT}`;
  const watch = ['etcdctl', '--endpoints', endpoint, 'watch', '--prefix', '/', '--rev=1', '--write-out=json'];
  const [command = '', ...args] = [...host.enterNetwork, ...watch];
  const reader = await startServer({
    name: 'etcdctl watch',
    command,
    args,
    env: { ETCDCTL_API: '3' },
    remedy: 'apt-get install etcd-client',
    onOutput: createLineReader((line) => events.push(...parseWatchLine(line))),
  });
  try {
    await eventually('the end of the history', () => {
      if (!events.some(({ key, value }) => key === MARK && value === mark)) throw new Error(reader.output());
    });
  } finally {
    await reader.stop('SIGKILL');
  }
  return events;
}
