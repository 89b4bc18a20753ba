import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '@wharf/testkit';
import { moveToMeasuredCore } from '../cores.ts';
import type { Backlog } from './backlog.ts';
import { startByteSink } from './byte-sink.ts';
import { type Passage, watchPassage } from './watch-passage.ts';

/** rsyslog reads the file of the log, takes each line for a message as it stands, JSON and all, and forwards it over TCP. */
export async function runImfile({ stage, container, fileBytes, lines }: Backlog): Promise<Passage> {
  await using cleanup = new AsyncDisposableStack();
  const sink = await startByteSink();
  cleanup.defer(() => sink.stop());
  const folder = mkdtempSync(join(stage.folder, 'imfile-'));
  const file = join(folder, 'rsyslog.conf');
  writeFileSync(file, renderConfig(folder, container.logFile, sink.port));
  const server = await startServer({
    name: 'rsyslogd',
    command: '/usr/sbin/rsyslogd',
    args: ['-n', '-f', file, '-i', join(folder, 'pid')],
    remedy: 'apt-get install rsyslog',
  });
  cleanup.defer(() => server.stop());
  await moveToMeasuredCore(server.pid);
  const passage = await watchPassage({
    readerPid: server.pid,
    enginePid: stage.engine.dockerd.pid,
    bytes: () => sink.bytes(),
    isComplete: async () => sink.bytes() > fileBytes,
    describe: () => server.output(),
  });
  // Every line has got a header, and all headers are equally long.
  if ((passage.bytes - fileBytes) % lines !== 0) throw new Error(`rsyslogd has forwarded ${passage.bytes} bytes`);
  return passage;
}

function renderConfig(folder: string, logFile: string, port: number): string {
  return `
global(workDirectory="${folder}")
module(load="imfile")
input(type="imfile" file="${logFile}" tag="bench" ruleset="forward")
ruleset(name="forward") {
  action(type="omfwd" target="127.0.0.1" port="${port}" protocol="tcp" template="RSYSLOG_SyslogProtocol23Format")
}
`;
}
