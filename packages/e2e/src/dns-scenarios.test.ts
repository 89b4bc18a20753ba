import { fileURLToPath } from 'node:url';
import {
  type AgentProcess,
  type DnsReply,
  type DnsScenario,
  type EtcdServer,
  type ExpectedReply,
  eventually,
  expectedReplies,
  freePort,
  queryDns,
  readDnsScenarios,
  type ScenarioStep,
  showReply,
  startAgent,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { sumOfSamples } from './stored-keys.ts';
import { deleteEverything, deleteKey, putKey } from './write-store.ts';

const SCENARIOS = fileURLToPath(new URL('../../../apps/dns-server/scenarios', import.meta.url));

/** Scenarios are written for a clock that stands at 1970; the serial number of a SOA record is the hour. */
const SOA = /^(\S+ \d+ IN SOA \S+ \S+) (\d+) /;
const HOUR_SECONDS = 3_600;

/** A SOA record with the serial 0, if its own is that of an hour that is not far from now. */
function withoutHour(line: string): string {
  const serial = Number(SOA.exec(line)?.[2] ?? Number.NaN);
  const isHour = serial % HOUR_SECONDS === 0 && Math.abs(serial - Date.now() / 1_000) < 2 * HOUR_SECONDS;
  return isHour ? line.replace(SOA, '$1 0 ') : line;
}

function shown(reply: DnsReply): ExpectedReply {
  const { answers, authorities, ...rest } = showReply(reply);
  return { ...rest, answers: answers.map(withoutHour), authorities: authorities.map(withoutHour) };
}

/** The path that the server of a scenario follows; it hears of no other key. */
function pathOf({ args }: DnsScenario): string {
  const flag = args.indexOf('-path-prefix');
  return `/${flag === -1 ? 'skydns' : args[flag + 1]}/`;
}

describe('the scenarios, over the built dns-server and a real etcd', () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
  });

  afterAll(() => cleanup.disposeAsync());

  const apply = (step: Exclude<ScenarioStep, { type: 'query' }>): Promise<number> =>
    step.type === 'put' ? putKey(etcd, step.key, step.value) : deleteKey(etcd, step.key);

  const reached = (agent: AgentProcess, revision: number): Promise<void> =>
    eventually(`revision ${revision} is answered from`, async () => {
      const seen = sumOfSamples(await agent.text('/metrics'), 'wharf_dns_store_revision');
      if (seen < revision) throw new Error(`it is at ${seen}`);
    });

  it.each(readDnsScenarios(SCENARIOS))('%s', async (_file, scenario) => {
    await deleteEverything(etcd);
    const port = await freePort();
    const args = ['-no-rec', ...scenario.args, '-machines', etcd.url, '-addr', `127.0.0.1:${port}`];
    const agent = await startAgent({ name: 'dns-server', main: mainOf('dns-server'), args });
    try {
      await agent.ready();
      const path = pathOf(scenario);
      const seen: { readonly udp: unknown[]; readonly tcp: unknown[] } = { udp: [], tcp: [] };
      let revision = 0;
      for (const step of scenario.steps) {
        if (step.type !== 'query') {
          const written = await apply(step);
          if (step.key.startsWith(path)) revision = written;
          continue;
        }
        await reached(agent, revision);
        for (const transport of ['udp', 'tcp'] as const) {
          const edns = step.edns ? { edns: {} } : {};
          const reply = await queryDns({ port, name: step.name, type: step.recordType, transport, ...edns });
          seen[transport].push({ query: step.title, ...shown(reply) });
        }
      }
      expect(seen.udp).toEqual(expectedReplies(scenario.steps));
      expect(seen.tcp).toEqual(seen.udp);
    } finally {
      await agent.kill();
    }
  });
});
