import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore } from '@wharf/etcd-client';
import { type EtcdServer, eventually, startEtcd, startEtcdCluster, startFaultyProxy } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-server.ts';
import { CHANGING, changingRecord, STEADY, startWitness, type Witness } from './testing/start-witness.ts';

const PATIENCE = { timeoutMs: 60_000 };

let cleanup: AsyncDisposableStack;
let members: readonly EtcdServer[];
let server: TestServer;
let witness: Witness;
let value: number;

beforeEach(() => {
  cleanup = new AsyncDisposableStack();
  value = 0;
});

afterEach(() => cleanup.disposeAsync());

const member = (at: number): EtcdServer => {
  const found = members[at];
  if (found === undefined) throw new Error(`there is no member ${at}`);
  return found;
};

const startMembers = async (count: 1 | 3): Promise<void> => {
  members = count === 1 ? [await startEtcd()] : await startEtcdCluster(count);
  for (const each of members) cleanup.defer(() => each.stop());
  await member(0).etcdctl('put', STEADY.key, `{"host":"${STEADY.address}"}`);
  await member(0).etcdctl('put', CHANGING.key, changingRecord(value));
};

/** A server that begins with the first of `endpoints`; ready, and asked all the time from here on. */
const startWatched = async (endpoints: readonly string[]): Promise<void> => {
  const store = createEtcdKeyStore({ endpoints, log: silentLogger, random: () => 0 });
  cleanup.defer(() => store.close());
  server = await startTestServer(store);
  cleanup.defer(() => server.agent.stop());
  await untilReady();
  witness = startWitness(server.port, value);
  cleanup.defer(async () => {
    await witness.stop();
  });
};

const untilReady = () =>
  eventually('the server follows etcd', () => expect(server.agent.readiness()).toEqual([]), PATIENCE);

const untilAway = () =>
  eventually('the server knows that etcd is away', () => expect(server.agent.readiness()).toHaveLength(1), PATIENCE);

const write = async (through: EtcdServer, times = 1): Promise<void> => {
  for (let time = 0; time < times; time++) {
    witness.writing(++value);
    // A new leader may not be there yet.
    await eventually('etcd takes a write', () => through.etcdctl('put', CHANGING.key, changingRecord(value)), PATIENCE);
    witness.written();
  }
};

const untilCaughtUp = () =>
  eventually('the newest value is answered', () => expect(witness.caughtUp()).toBe(true), PATIENCE);

const NOTHING_WRONG = { wrong: [] };
/** The server has said of answers that they may be out of date. */
const NOTHING_WRONG_AND_MARKED = { wrong: [], wasMarked: true };

describe('answers over a single etcd', { timeout: 120_000 }, () => {
  beforeEach(() => startMembers(1));

  it('go on, marked, while it is killed, and are the newest when it is back, again and again', async () => {
    await startWatched([member(0).url]);
    for (let round = 0; round < 3; round++) {
      await write(member(0), 5);
      await member(0).kill();
      await untilAway();
      await member(0).restart();
      await write(member(0), 5);
      await untilCaughtUp();
    }
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG_AND_MARKED);
  });

  it('miss nothing that was compacted while the link was cut', async () => {
    const link = await startFaultyProxy({ port: member(0).port });
    cleanup.defer(() => link.close());
    await startWatched([`http://127.0.0.1:${link.port}`]);
    link.refuse();
    await untilAway();
    await write(member(0), 5);
    const { header } = JSON.parse(await member(0).etcdctl('get', CHANGING.key, '-w', 'json'));
    await member(0).compact(header.revision);
    link.heal();
    await untilCaughtUp();
    await untilReady();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG_AND_MARKED);
  });

  it('are marked when it goes silent without a word, and are the newest when it speaks again', async () => {
    const link = await startFaultyProxy({ port: member(0).port });
    cleanup.defer(() => link.close());
    await startWatched([`http://127.0.0.1:${link.port}`]);
    link.stall();
    await write(member(0), 5);
    await untilAway();
    await write(member(0), 5);
    link.heal();
    await untilCaughtUp();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG_AND_MARKED);
  });

  it('survive a link that is cut again and again while records change', async () => {
    const link = await startFaultyProxy({ port: member(0).port });
    cleanup.defer(() => link.close());
    await startWatched([`http://127.0.0.1:${link.port}`]);
    for (let round = 0; round < 20; round++) {
      link.cut();
      await write(member(0), 2);
    }
    await untilCaughtUp();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
  });

  it('are the last known ones until it is back, restored empty, and then what it holds', async () => {
    await startWatched([member(0).url]);
    await write(member(0), 5);
    await untilCaughtUp();
    await member(0).kill();
    await untilAway();
    expect((await server.ask(STEADY.name, 'A')).rcode).toBe('NOERROR');
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
    await member(0).restartEmpty();
    await eventually(
      'the old records are gone',
      async () => expect((await server.ask(STEADY.name, 'A')).rcode).toBe('NXDOMAIN'),
      PATIENCE,
    );
    await untilReady();
    await member(0).etcdctl('put', STEADY.key, '{"host":"10.9.9.8"}');
    await eventually(
      'the new record is answered',
      async () => expect((await server.ask(STEADY.name, 'A')).texts).toEqual([`${STEADY.name}. 3600 IN A 10.9.9.8`]),
      PATIENCE,
    );
  });
});

describe('answers over three members', { timeout: 180_000 }, () => {
  beforeEach(() => startMembers(3));

  const leaderAt = async (): Promise<number> => {
    for (const [at, each] of members.entries()) {
      const [{ Status }] = JSON.parse(await each.etcdctl('endpoint', 'status', '-w', 'json'));
      if (Status.leader === Status.header.member_id) return at;
    }
    throw new Error('no member leads');
  };

  it('are right while the leader is killed, which is the member that was followed', async () => {
    const leader = await leaderAt();
    const [one = 0, other = 0] = [0, 1, 2].filter((at) => at !== leader);
    await startWatched([leader, one, other].map((at) => member(at).url));
    await write(member(one), 5);
    await member(leader).kill();
    await write(member(one), 10);
    await untilCaughtUp();
    await member(leader).restart();
    await write(member(other), 5);
    await untilCaughtUp();
    await untilReady();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
  });

  it('are right while the leader is killed, which is not the member that was followed', async () => {
    const leader = await leaderAt();
    const [one = 0, other = 0] = [0, 1, 2].filter((at) => at !== leader);
    await startWatched([one, leader, other].map((at) => member(at).url));
    await member(leader).kill();
    await write(member(other), 10);
    await untilCaughtUp();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
  });

  it('are right when one member is dead at the start, and another later', async () => {
    await member(0).kill();
    await startWatched(members.map(({ url }) => url));
    await write(member(2), 5);
    await untilCaughtUp();
    await member(0).restart();
    await member(1).kill();
    await write(member(2), 5);
    await untilCaughtUp();
    await untilReady();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
  });

  it('are right while the member that was followed goes silent', async () => {
    await startWatched(members.map(({ url }) => url));
    member(0).pause();
    await write(member(1), 5);
    await untilCaughtUp();
    member(0).resume();
    await write(member(0), 5);
    await untilCaughtUp();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG);
  });

  it('are the last known ones, marked, without a majority', async () => {
    await startWatched(members.map(({ url }) => url));
    await write(member(2), 5);
    await Promise.all([member(0).kill(), member(1).kill()]);
    await untilAway();
    await Promise.all([member(0).restart(), member(1).restart()]);
    await write(member(2), 5);
    await untilCaughtUp();
    await untilReady();
    expect(await witness.stop()).toMatchObject(NOTHING_WRONG_AND_MARKED);
  });
});
