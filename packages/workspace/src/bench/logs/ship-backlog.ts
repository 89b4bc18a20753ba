import type { Backlog } from './backlog.ts';
import { startByteSink } from './byte-sink.ts';
import { startRelpSink } from './relp-sink.ts';
import { startShipper } from './shipper.ts';
import { type Passage, watchPassage } from './watch-passage.ts';

/** Where a shipper sends to, and what it is told besides. */
export interface Shipping {
  readonly to: 'tcp' | 'tls' | 'relp';
  readonly args: readonly string[];
}

/** A shipper that has just started sends the whole backlog. */
export async function shipBacklog(backlog: Backlog, { to, args }: Shipping): Promise<Passage> {
  await using cleanup = new AsyncDisposableStack();
  const { stage, lines, name, certificate } = backlog;
  const sink =
    to === 'relp' ? await startRelpSink(stage.folder) : await startByteSink(to === 'tls' ? certificate : undefined);
  cleanup.defer(() => sink.stop());
  const destination = {
    tcp: `syslog+tcp://127.0.0.1:${sink.port}`,
    tls: `syslog+tls://127.0.0.1:${sink.port}?tls.ca=${certificate.caFile}`,
    relp: `relp://127.0.0.1:${sink.port}`,
  }[to];
  const shipper = await startShipper(stage, { destination, container: name, args: ['-backlog', ...args] }, cleanup);
  const passage = await watchPassage({
    readerPid: shipper.pid,
    enginePid: stage.engine.dockerd.pid,
    bytes: () => sink.bytes(),
    isComplete: async () => (await shipper.sent()) >= lines,
    describe: () => shipper.agent.process.output(),
  });
  const sent = await shipper.sent();
  if (sent !== lines) throw new Error(`${sent} messages were sent of ${lines}: ${shipper.agent.process.output()}`);
  return passage;
}
