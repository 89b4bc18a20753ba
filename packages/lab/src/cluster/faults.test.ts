import { eventually } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Absence, auditStore } from './audit-store.ts';
import type { Cluster } from './cluster.ts';
import { GETENT, type LabHost } from './lab-host.ts';
import { LOOK_UPS_FILE, lookUpForEver, parseLookUps, RESOLVER_TIMEOUT_SECONDS } from './look-up-loop.ts';
import { deliveriesIn, numberOf, printNumbers } from './numbered-lines.ts';
import { type Phase, phasesOf } from './phases.ts';
import { startCluster } from './start-cluster.ts';
import { readStoreHistory, revisionOf } from './store-history.ts';
import type { Watch } from './watch-answers.ts';

/** The registrars' `-ttl`, which bounds everything that waits for a lease, also how long a registrar may take to start anew. */
const TTL_SECONDS = 15;

/**
 * What comes on top of the TTL at worst: a new etcd leader is elected and gives every lease its whole time again, looks for
 * those that are over twice a second, and this machine is busy with all hosts.
 */
const AFTER_TTL_SECONDS = 20;

const SERVE = ['sh', '-c', 'echo ahoy > /tmp/index.html; exec httpd -f -h /tmp'] as const;

const now = (): number => performance.timeOrigin + performance.now();
const report = (text: string): boolean => process.stdout.write(`lab: ${text}\n`);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

describe('three hosts', { timeout: 180_000 }, () => {
  let cluster: Cluster;
  let first: LabHost;
  let second: LabHost;
  let third: LabHost;
  /** The replicas of `web`, asked about on every host from the beginning to the end. */
  let web: Watch;
  /** Since when all of them know all of it. */
  let allThereMs = 0;
  const absences: Absence[] = [];
  const ended: string[] = [];

  const addressesOf = (hosts: readonly LabHost[]): readonly string[] => hosts.map(({ address }) => address);
  const saying = (...hosts: readonly LabHost[]): string => ['NOERROR', ...addressesOf(hosts).toSorted()].join(' ');
  const everybody = (): string => saying(...cluster.hosts);
  const nameOf = (service: string): string => `${service}.${cluster.domain}`;
  const phases = (host: LabHost, sinceMs: number, watch = web): readonly Phase[] =>
    phasesOf(watch.observations, host.name, sinceMs);

  /** A replica of `web`, one that prints numbered lines, and a client that looks `web` up; they run until their host ends. */
  const startContainers = async (host: LabHost): Promise<void> => {
    const publish = ['--publish', '8080:80', '--env', 'SERVICE_NAME=web', '--restart', 'always'];
    await host.runService(['--name', 'web', ...publish], ...SERVE);
    await host.runService(['--name', 'lines'], ...printNumbers(host.name, 0.05));
    await host.runService(['--name', 'client', '--env', `HOST_ADDRESS=${host.address}`], ...lookUpForEver('web'));
  };

  const serve = async (host: LabHost, name: string, port: number): Promise<void> => {
    const options = ['--name', name, '--publish', `${port}:80`, '--env', `SERVICE_NAME=${name}`];
    await host.runService(options, ...SERVE);
  };

  const end = async (host: LabHost, name: string): Promise<void> => {
    ended.push(`${host.name}:${name}`);
    await host.engine.docker('rm', '--force', name);
  };

  /** Resolves when the newest observations of these hosts say so. */
  const untilSaid = (said: string, hosts: readonly LabHost[], watch = web): Promise<void> =>
    eventually(
      `${hosts.map(({ name }) => name).join(', ')} say ${said}`,
      () =>
        expect(hosts.map((host) => phasesOf(newest(watch, host), host.name)[0]?.said)).toEqual(hosts.map(() => said)),
      { timeoutMs: (TTL_SECONDS + AFTER_TTL_SECONDS) * 1_000 },
    );

  const newest = (watch: Watch, host: LabHost) => {
    const observation = watch.latest(host.name);
    return observation === undefined ? [] : [observation];
  };

  /** How long after that moment the last of these hosts began to say what it says now. */
  const latestChange = (sinceMs: number, hosts: readonly LabHost[], watch = web): number =>
    Math.max(...hosts.map((host) => (phases(host, sinceMs, watch).at(-1)?.fromMs ?? Number.NaN) - sinceMs));

  /** What each host says, one thing after the other, while `act` does something and until all know everything again. */
  const saidDuring = async (what: string, act: () => Promise<void>): Promise<readonly (readonly string[])[]> => {
    const sinceMs = now();
    await act();
    await untilSaid(everybody(), cluster.hosts);
    const seen = cluster.hosts.map((host) => phases(host, sinceMs));
    const all = seen.flat();
    const count = all.reduce((sum, phase) => sum + phase.count, 0);
    const slowest = Math.max(...all.map(({ slowestMs }) => slowestMs));
    report(`${what}: ${count} questions, the slowest answer after ${slowest.toFixed(0)} ms`);
    return seen.map((each) => each.map(({ said }) => said));
  };
  const noGap = (): readonly (readonly string[])[] => cluster.hosts.map(() => [everybody()]);

  const inClient = (host: LabHost, script: string): Promise<string> =>
    host.engine.docker('exec', 'client', 'sh', '-c', script);

  /** The address that getaddrinfo gives a program in a container of the host; empty when it finds none. */
  const found = (host: LabHost, name: string): Promise<string> =>
    inClient(host, `${GETENT} ahostsv4 ${name} | head -n 1 | cut -d ' ' -f 1`);

  const lookUpsOf = async (host: LabHost) =>
    parseLookUps(await host.engine.docker('exec', 'client', 'cat', LOOK_UPS_FILE));

  beforeAll(async () => {
    cluster = await startCluster({ ttlSeconds: TTL_SECONDS });
    const [one, two, three] = cluster.hosts;
    if (one === undefined || two === undefined || three === undefined) throw new Error('there are not three hosts');
    [first, second, third] = [one, two, three];
    web = await cluster.watch(nameOf('web'), 'A');
    await Promise.all(cluster.hosts.map(startContainers));
    await untilSaid(everybody(), cluster.hosts);
    allThereMs = now();
  }, 180_000);

  afterAll(() => cluster?.stop());

  it('answer on each of them for a service that starts on one, and no more when it ends', async () => {
    const watch = await cluster.watch(nameOf('new'), 'A');
    const startedMs = now();
    await serve(second, 'new', 9_000);
    const runSeconds = seconds(now() - startedMs);
    await untilSaid(saying(second), cluster.hosts, watch);
    for (const host of cluster.hosts) {
      expect(phases(host, startedMs, watch).map(({ said }) => said)).toEqual(['NXDOMAIN', saying(second)]);
    }
    report(
      `found on all hosts ${seconds(latestChange(startedMs, cluster.hosts, watch))} after docker run was called, which took ${runSeconds}`,
    );
    const endMs = now();
    await end(second, 'new');
    await untilSaid('NXDOMAIN', cluster.hosts, watch);
    for (const host of cluster.hosts) {
      expect(phases(host, endMs, watch).map(({ said }) => said)).toEqual([saying(second), 'NXDOMAIN']);
    }
    report(`gone from all hosts ${seconds(latestChange(endMs, cluster.hosts, watch))} after docker rm was called`);
    await watch.stop();
  });

  it('answer SRV with a target for each replica', async () => {
    const watch = await cluster.watch(nameOf('web'), 'SRV');
    for (const host of cluster.hosts) {
      const targets = cluster.hosts.map(({ name }) => `10 33 8080 ${name}:web:80.${nameOf('web')}.`);
      expect(watch.latest(host.name)).toMatchObject({ rcode: 'NOERROR', data: targets });
    }
    await watch.stop();
  });

  it('are known to programs in containers: bare names, the own host, and replicas in turn', async () => {
    for (const host of cluster.hosts) {
      expect(await found(host, `local.dns.${cluster.domain}`)).toBe(host.address);
      expect(await inClient(host, 'echo $HOST_ADDRESS')).toBe(host.address);
      // Each answer begins with any of the three: 60 of them miss one once in ten thousand million times, 20 once in a thousand.
      const firsts = await inClient(
        host,
        `for i in $(seq 60); do ${GETENT} ahostsv4 web | head -n 1; done | cut -d ' ' -f 1 | sort -u`,
      );
      expect(firsts.split('\n')).toEqual(addressesOf(cluster.hosts));
      expect(await inClient(host, 'for i in 1 2 3 4 5 6; do wget -q -O- http://web:8080/; done | sort -u')).toBe(
        'ahoy',
      );
    }
  });

  it('have no gap when etcd members restart, the leader first', async () => {
    const leader = await cluster.leader();
    const others = cluster.hosts.filter((host) => host !== leader);
    for (const host of [leader, ...others]) {
      expect(await saidDuring(`etcd of ${host.name} restarted`, () => host.restartEtcd())).toEqual(noGap());
    }
  });

  it('have no gap when an engine restarts', async () => {
    expect(await saidDuring('an engine restarted', () => first.restartEngine())).toEqual(noGap());
  });

  it('have no gap and lose no line when all agents of all hosts are rolled', async () => {
    const before = await Promise.all(cluster.hosts.map(async (host) => (await lookUpsOf(host)).length));
    expect(await saidDuring('all agents rolled', () => cluster.rollAll())).toEqual(noGap());
    for (const [index, host] of cluster.hosts.entries()) {
      const lookUps = (await lookUpsOf(host)).slice(before[index]);
      expect(lookUps.length).toBeGreaterThan(10);
      const wrong = lookUps.filter(({ addresses }) => addresses.join(' ') !== addressesOf(cluster.hosts).join(' '));
      expect(wrong).toEqual([]);
      const slowest = Math.max(...lookUps.map(({ fromSeconds, toSeconds }) => toSeconds - fromSeconds));
      report(`${lookUps.length} look-ups in a container of ${host.name}, the slowest in ${slowest.toFixed(2)} s`);
      // Whoever is not answered asks again after that.
      expect(slowest).toBeLessThan(RESOLVER_TIMEOUT_SECONDS);
    }
    for (const host of cluster.hosts) await expectAllLines(host);
  });

  /** Every line that the container has printed so far came, and none that it has not. */
  const expectAllLines = async (host: LabHost): Promise<void> => {
    const last = numberOf(await host.engine.docker('logs', '--tail', '1', 'lines'))?.number ?? Number.NaN;
    const delivered = await eventually(`line ${last} of ${host.name}`, () => {
      const delivery = deliveriesIn(cluster.rsyslog.messages().map(({ msg }) => msg)).get(host.name);
      if (delivery === undefined || !(delivery.highest >= last)) {
        throw new Error(`${delivery?.highest} came: ${host.agents['log-shipper'].process.output().slice(-4_000)}`);
      }
      return delivery;
    });
    report(`${delivered.highest} lines of ${host.name}, ${delivered.repeated} came twice`);
    expect(delivered.missing).toEqual([]);
  };

  it('go on answering inside a host that is cut off, which catches up afterwards', async () => {
    await serve(first, 'leaving', 9_001);
    await serve(first, 'moving', 9_002);
    for (const name of ['leaving', 'moving']) {
      await eventually(`${name} on ${third.name}`, async () => expect(await found(third, name)).toBe(first.address));
    }
    const cutMs = now();
    const fromRevision = await revisionOf(first);
    await third.cutOff();
    // Its lease ends where the majority is; inside, everything is as it was known.
    await untilSaid(saying(first, second), [first, second]);
    report(`records of a host that was cut off went after ${seconds(latestChange(cutMs, [first, second]))}`);
    await serve(third, 'inside', 9_003);
    await serve(first, 'late', 9_004);
    await end(first, 'leaving');
    await end(first, 'moving');
    await serve(second, 'moving', 9_002);
    await eventually('the others know', async () => {
      expect(await found(second, 'late')).toBe(first.address);
      expect(await found(second, 'moving')).toBe(second.address);
      expect(await found(second, 'leaving')).toBe('');
    });
    for (const name of ['leaving', 'moving']) expect(await found(third, name)).toBe(first.address);
    for (const name of ['inside', 'late']) expect(await found(third, name)).toBe('');
    expect(phases(third, cutMs).map(({ said }) => said)).toEqual([everybody()]);

    const healMs = now();
    await third.heal();
    await untilSaid(everybody(), cluster.hosts);
    report(`its records were back after ${seconds(latestChange(healMs, [first, second]))}`);
    await eventually('it has caught up', async () => {
      expect(await found(third, 'late')).toBe(first.address);
      expect(await found(third, 'moving')).toBe(second.address);
      expect(await found(third, 'leaving')).toBe('');
      for (const host of cluster.hosts) expect(await found(host, 'inside')).toBe(third.address);
    });
    report(`it had caught up after ${seconds(now() - healMs)}`);
    absences.push({ host: third.name, fromRevision, toRevision: await revisionOf(first) });
    for (const host of [first, second]) {
      const expected = [everybody(), saying(first, second), everybody()];
      expect(phases(host, cutMs).map(({ said }) => said)).toEqual(expected);
    }
    // Inside it may have been seen that its records were gone, and nothing else.
    const inside = new Set(phases(third, cutMs).map(({ said }) => said));
    inside.delete(saying(first, second));
    expect([...inside]).toEqual([everybody()]);
    for (const host of cluster.hosts) await expectAllLines(host);
  });

  it('forget a host that is dead within the TTL, and have it back when it boots', async () => {
    const dead = await cluster.leader();
    const living = cluster.hosts.filter((host) => host !== dead);
    const [witness = first] = living;
    const fromRevision = await revisionOf(witness);
    const killMs = now();
    await dead.kill();
    const deadMs = now();
    await untilSaid(saying(...living), living);
    for (const host of living) {
      const seen = phases(host, killMs);
      expect(seen.map(({ said }) => said)).toEqual([everybody(), saying(...living)]);
      expect(seen.at(-1)?.fromMs).toBeGreaterThan(killMs);
    }
    const goneMs = latestChange(killMs, living);
    report(`a dead host, which led etcd, was gone after ${seconds(goneMs)}, with a TTL of ${TTL_SECONDS} s`);
    expect(goneMs).toBeLessThan((TTL_SECONDS + AFTER_TTL_SECONDS) * 1_000);

    await dead.boot();
    await untilSaid(everybody(), cluster.hosts);
    report(`it was back ${seconds(latestChange(deadMs, living))} after its death`);
    absences.push({ host: dead.name, fromRevision, toRevision: await revisionOf(witness) });
    for (const host of living) {
      const expected = [everybody(), saying(...living), everybody()];
      expect(phases(host, killMs).map(({ said }) => said)).toEqual(expected);
    }
    for (const host of cluster.hosts) await expectAllLines(host);
  });

  it('have never said anything else', () => {
    const right = new Set([
      everybody(),
      ...absences.map(({ host }) => saying(...cluster.hosts.filter(({ name }) => name !== host))),
    ]);
    for (const host of cluster.hosts) {
      const seen = phases(host, allThereMs);
      expect(seen.filter(({ said }) => !right.has(said))).toEqual([]);
      const count = seen.reduce((sum, phase) => sum + phase.count, 0);
      const slowest = Math.max(...seen.map(({ slowestMs }) => slowestMs));
      report(`${host.name}: ${count} questions in all, the slowest answer after ${slowest.toFixed(0)} ms`);
    }
  });

  it('have never changed records of each other', async () => {
    const history = await readStoreHistory(first);
    const addresses = new Map(cluster.hosts.map(({ name, address }) => [name, address]));
    expect(auditStore(history, { addresses, absences, ended })).toEqual([]);
    report(`${history.length} changes of etcd's keys in all`);
  });
});
