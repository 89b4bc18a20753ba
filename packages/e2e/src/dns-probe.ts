import { type AgentProcess, type EtcdServer, freePort, queryDns, startAgent } from '@wharf/testkit';
import { DOMAIN, mainOf } from './cluster.ts';

export interface DnsServerRun {
  /** The tests' zone when absent. */
  readonly domain?: string;
  readonly args?: readonly string[];
}

/** Starts the built dns-server; it runs, but is not ready yet, and is stopped by `cleanup`. */
export async function launchDnsServer(
  cleanup: AsyncDisposableStack,
  etcd: Pick<EtcdServer, 'url'>,
  { domain = DOMAIN, args = [] }: DnsServerRun = {},
): Promise<{ readonly agent: AgentProcess; readonly port: number }> {
  const port = await freePort();
  const agent = await startAgent({
    name: 'dns-server',
    main: mainOf('dns-server'),
    args,
    env: { ETCD_MACHINES: etcd.url, SKYDNS_ADDR: `127.0.0.1:${port}`, SKYDNS_DOMAIN: domain },
  });
  cleanup.defer(() => agent.kill());
  return { agent, port };
}

export interface DnsProbe {
  /** How many questions have been sent. */
  readonly asked: number;
  /** Ends the questions, and resolves when all have been answered. */
  stop(): Promise<{ readonly asked: number; readonly gaps: readonly string[] }>;
}

const INTERVAL_MS = 50;

/** A client that asks for the service's SRV records every 50 ms, and notes each reply that does not name it. */
export function startDnsProbe(port: number, service: string): DnsProbe {
  const gaps: string[] = [];
  const questions: Promise<void>[] = [];
  const startedMs = performance.now();

  const ask = async (): Promise<void> => {
    const askedMs = Math.round(performance.now() - startedMs);
    try {
      const { rcode, texts } = await queryDns({ port, name: `${service}.${DOMAIN}`, type: 'SRV' });
      if (rcode !== 'NOERROR' || texts.length === 0) gaps.push(`${askedMs} ms: ${rcode}, ${texts.length} answers`);
    } catch (error) {
      gaps.push(`${askedMs} ms: ${String(error)}`);
    }
  };
  const timer = setInterval(() => questions.push(ask()), INTERVAL_MS);

  return {
    get asked() {
      return questions.length;
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(questions);
      return { asked: questions.length, gaps };
    },
  };
}
