import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, startServer } from '@wharf/testkit';
import type { ByteSink } from './byte-sink.ts';

/** A real rsyslogd that takes RELP and writes each message as it came into a file. */
export async function startRelpSink(parent: string): Promise<ByteSink> {
  const port = await freePort();
  const folder = mkdtempSync(join(parent, 'relp-'));
  const [config, messages] = [join(folder, 'rsyslog.conf'), join(folder, 'messages')];
  writeFileSync(messages, '');
  writeFileSync(config, renderConfig(folder, messages, port));
  const server = await startServer({
    name: 'rsyslogd',
    command: '/usr/sbin/rsyslogd',
    args: ['-n', '-f', config, '-i', join(folder, 'pid')],
    remedy: 'apt-get install rsyslog rsyslog-relp',
  });
  await eventually('rsyslogd to write its process ID', () => statSync(join(folder, 'pid')));
  return {
    port,
    bytes: () => statSync(messages).size,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

function renderConfig(folder: string, messages: string, port: number): string {
  return `
global(workDirectory="${folder}")
module(load="imrelp")
input(type="imrelp" address="127.0.0.1" port="${port}" ruleset="keep")
template(name="asItCame" type="string" string="%rawmsg%\\n")
ruleset(name="keep") {
  action(type="omfile" file="${messages}" template="asItCame")
}
`;
}
