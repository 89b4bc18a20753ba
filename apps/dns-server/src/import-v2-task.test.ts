import { parseCommandLine, Registry, silentLogger, systemClock } from '@wharf/agent';
import { type EtcdServer, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dnsServerCommand } from './command.ts';
import { importV2Task } from './import-v2-task.ts';

const DB = '/skydns/local/example/db';
const STUB = '/skydns/local/example/dns/stub/com/corp/ns1';
const BAD = '/skydns/local/example/bad';
const REGISTERED = '/skydns/local/example/web/host-1:web:80';
const TEMPORARY = '/skydns/local/example/lent';
const HIDDEN = '/skydns/local/example/_tcp/_web/shop';
const RECORD = '{"host": "10.0.0.1", "port": 80}';

let etcd: EtcdServer;

/** One etcd serves both: what is in its version 2 is not in its version 3. */
beforeAll(async () => {
  etcd = await startEtcd({ args: ['--enable-v2'] });
});

afterAll(() => etcd.stop());

async function putV2(key: string, value: string, ttl?: number): Promise<void> {
  const body = new URLSearchParams({ value, ...(ttl === undefined ? {} : { ttl: String(ttl) }) });
  const response = await fetch(`${etcd.url}/v2/keys${key}`, { method: 'PUT', body });
  expect(response.ok).toBe(true);
}

async function importV2(...words: readonly string[]): Promise<string> {
  const { subcommand } = importV2Task;
  const url = words.find((word) => word.startsWith('http')) ?? etcd.url;
  const others = words.filter((word) => !word.startsWith('http'));
  const argv = [url, ...others, '-machines', etcd.url];
  const line = parseCommandLine({ ...dnsServerCommand, ...subcommand }, argv, {});
  if (!line.ok) throw new Error(JSON.stringify(line.error));
  const run = importV2Task.configure(line.value, { hostname: 'host-1', env: {} });
  if (!run.ok) throw new Error(JSON.stringify(run.error));
  const registry = new Registry();
  return run.value({ log: silentLogger, clock: systemClock, random: () => 0, registry, hostname: 'host-1', env: {} });
}

const stored = (key: string): Promise<string> => etcd.etcdctl('get', '--print-value-only', key);
const keys = async (): Promise<readonly string[]> =>
  (await etcd.etcdctl('get', '--prefix', '--keys-only', '/')).split('\n').filter((key) => key !== '');

describe('dns-server import-v2', () => {
  beforeEach(async () => {
    await etcd.etcdctl('del', '--prefix', '/');
    await fetch(`${etcd.url}/v2/keys/skydns?recursive=true`, { method: 'DELETE' });
    await putV2('/skydns/config', '{"domain":"example.local.","dnssec":"/k","path_prefix":"x","bogus":1,"ttl":"soon"}');
    await putV2(DB, RECORD);
    await putV2(STUB, '{"host":"10.0.0.53"}');
    await putV2(BAD, '{"host":');
    await putV2(REGISTERED, RECORD);
    await putV2(TEMPORARY, RECORD, 300);
    await putV2(HIDDEN, RECORD);
    await putV2('/other/key', 'x');
  });

  it('says what it would do to every key, and writes nothing', async () => {
    const report = await importV2();
    expect(report).toContain(`from ${etcd.url}/skydns to etcd ${etcd.url}`);
    expect(report).toContain(
      ['to be written, by the word write:', '  /skydns/config', `  ${DB}`, `  ${STUB}`, ''].join('\n'),
    );
    expect(report).toContain(`  ${BAD}: it is not JSON\n`);
    expect(report).toContain(`  ${REGISTERED}: it is a registration`);
    expect(report).toContain(`  ${TEMPORARY}: it has a TTL`);
    expect(report).toContain('3 to be written, 0 there already, 3 left out\n');
    expect(await keys()).toEqual([]);
  });

  it('says what of the configuration the server will not heed', async () => {
    const report = await importV2();
    expect(report).toContain('the configuration: ttl "soon" is not');
    expect(report).toContain('the configuration: "bogus" is no option');
    for (const field of ['dnssec', 'path_prefix']) expect(report).toContain(`"${field}" has no effect`);
  });

  it('writes values byte for byte, and nothing the second time', async () => {
    expect(await importV2('write')).toContain('3 written, 0 there already, 3 left out');
    expect(await stored(DB)).toBe(`${RECORD}\n`);
    expect(await keys()).toEqual(['/skydns/config', DB, STUB]);
    expect(await importV2('write')).toContain('0 written, 3 there already, 3 left out');
  });

  it('leaves other values alone until told, and those of registrars always', async () => {
    const lease = /lease (\w+) granted/.exec(await etcd.etcdctl('lease', 'grant', '600'))?.[1] ?? '';
    await etcd.etcdctl('put', DB, 'mine');
    await etcd.etcdctl('put', `--lease=${lease}`, STUB, 'of a registrar');
    expect(await importV2('write')).toContain(`${DB}: another value is there (overwrite replaces it)`);
    expect(await stored(DB)).toBe('mine\n');
    const report = await importV2('write', 'overwrite');
    expect(report).toContain(`${DB}: in the place of another value`);
    expect(report).toContain(`${STUB}: a registrar keeps another value there`);
    expect([await stored(DB), await stored(STUB)]).toEqual([`${RECORD}\n`, 'of a registrar\n']);
    await etcd.etcdctl('lease', 'revoke', lease);
  });

  it('takes registrations with what is left of their TTL as a lease', async () => {
    expect(await importV2('write', 'registrations')).toContain('5 written');
    const leaseOf = async (key: string): Promise<unknown> =>
      JSON.parse(await etcd.etcdctl('get', '-w', 'json', key)).kvs[0].lease;
    expect(await leaseOf(REGISTERED)).toBeUndefined();
    const id = BigInt(/"lease":(\d+)/.exec(await etcd.etcdctl('get', '-w', 'json', TEMPORARY))?.[1] ?? 0).toString(16);
    const granted = /granted with TTL\((\d+)s\)/.exec(await etcd.etcdctl('lease', 'timetolive', id))?.[1];
    expect(Number(granted)).toBeGreaterThan(200);
    expect(Number(granted)).toBeLessThanOrEqual(300);
  });

  it('finds what version 2 hides where its path leads there, and only there', async () => {
    expect(await importV2('write', `${etcd.url}/skydns/local/example/_tcp/_web`)).toContain('1 written');
    expect(await keys()).toEqual([HIDDEN]);
    await expect(importV2(`${etcd.url}/skydns/nothing`)).rejects.toThrow('has nothing at /skydns/nothing');
  });
});

describe('its command line', () => {
  it.each([
    [['http://a:4001/other'], '<URL>'],
    [['http://a:4001', 'wirte'], '<word>'],
    [['http://a:4001', '-username', 'me'], '-username'],
    [['http://a:4001', 'write'], '-machines'],
  ])('refuses %j', (argv, option) => {
    const line = parseCommandLine({ ...dnsServerCommand, ...importV2Task.subcommand }, argv, {});
    expect(line).toMatchObject({ ok: true });
    expect(line.ok && importV2Task.configure(line.value, { hostname: 'h', env: {} })).toMatchObject({
      ok: false,
      error: [{ option }],
    });
  });

  it.each([
    [['http://a:4001'], {}],
    [['http://a:4001', 'write', '-machines', 'http://b:2379'], {}],
    [['http://a:4001', 'write'], { ETCD_MACHINES: 'http://b:2379' }],
  ])('takes %j with the variables %j', (argv, env) => {
    const line = parseCommandLine({ ...dnsServerCommand, ...importV2Task.subcommand }, argv, env);
    expect(line.ok && importV2Task.configure(line.value, { hostname: 'h', env })).toMatchObject({ ok: true });
  });
});
