import { type DnsReply, queryDns } from '@wharf/testkit';
import { DEMO_DOMAIN, type Stage } from './stage.ts';
import { until } from './until.ts';

/** One real DNS question over UDP about a name of the demo's zone. */
export function ask({ agents }: Stage, name: string, type: 'A' | 'SRV'): Promise<DnsReply> {
  return queryDns({ port: agents.dnsPort, name: `${name}.${DEMO_DOMAIN}`, type });
}

/** The ports that the SRV records of a reply name, ascending. */
export function srvPorts(reply: DnsReply): readonly number[] {
  const ports = (reply.packet.answers ?? []).flatMap((answer) => (answer.type === 'SRV' ? [answer.data.port] : []));
  return ports.sort((a, b) => a - b);
}

/** Asks for SRV until the answer names exactly these ports; resolves to `performance.now()` of that answer. */
export async function untilPorts(stage: Stage, name: string, ports: readonly (number | undefined)[]): Promise<number> {
  const expected = ports.flatMap((port) => port ?? []).sort((a, b) => a - b);
  const isRight = (seen: readonly number[]): boolean => seen.join() === expected.join();
  const attempt = async (): Promise<readonly number[]> => srvPorts(await ask(stage, name, 'SRV'));
  await until(`SRV ${name}.${DEMO_DOMAIN} names the ports ${expected.join(', ')}`, stage.signal, attempt, isRight);
  return performance.now();
}
