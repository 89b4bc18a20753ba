import { parseCommandLine, Registry, systemClock } from '@wharf/agent';
import { type EtcdServer, eventually, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registrarCommand } from '../command.ts';
import { configure } from '../configure.ts';
import { createLogBook, harness, type RegistryHarness } from '../testing/registry-harness.ts';
import { sketchService } from '../testing/service.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';

let etcd: EtcdServer;

beforeAll(async () => {
  etcd = await startEtcd();
});

afterAll(() => etcd.stop());

interface Opened extends OpenRegistry {
  readonly run: RegistryHarness;
  readonly lines: readonly string[];
}

async function open(...argv: readonly string[]): Promise<Opened> {
  const line = parseCommandLine(registrarCommand, argv, {});
  const settings = line.ok ? configure(line.value, { hostname: 'node-1', env: {} }) : line;
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const { log, lines } = createLogBook();
  const base = { clock: systemClock, random: Math.random, registry: new Registry(), hostname: '', env: {} };
  const opened = openRegistry(settings.value, { ...base, log });
  const run = harness(opened.registry);
  const entries = ['1', 'eu/2'].flatMap((id) => {
    const written = opened.registry.layout.toEntries(sketchService({ id, address: '2001:db8::5' }));
    return written.ok ? written.value.entries : [];
  });
  run.want(new Map(entries.map(({ key, value }) => [key, value])));
  await eventually('ready', () => expect(opened.registry.readiness()).toEqual([]));
  return { ...opened, run, lines };
}

async function keys(prefix: string): Promise<readonly string[]> {
  return (await etcd.etcdctl('get', '--prefix', prefix)).trimEnd().split('\n');
}

async function revision(): Promise<unknown> {
  return JSON.parse(await etcd.etcdctl('get', 'nothing', '-w', 'json')).header.revision;
}

describe('openRegistry, on a real etcd', () => {
  it('etcd:// writes plain keys on a lease, which -on-stop remove takes away', async () => {
    const opened = await open(`etcd://${etcd.endpoint}/teams/services`);
    expect(await keys('/teams/')).toEqual([
      '/teams/services/web/1',
      '[2001:db8::5]:8080',
      '/teams/services/web/eu/2',
      '[2001:db8::5]:8080',
    ]);
    await opened.registry.stop('remove');
    expect(await keys('/teams/')).toEqual(['']);
    await opened.close();
  });

  it('-dry-run writes nothing, while the registrar whose place it would take goes on', async () => {
    const real = await open('-dns-sd', `skydns2://${etcd.endpoint}/local`);
    const before = await revision();
    const leases = await etcd.etcdctl('lease', 'list');
    const same = await open('-dry-run', '-dns-sd', `skydns2://${etcd.endpoint}/local`);
    expect(same.lines).toEqual([expect.stringContaining('nothing would change')]);
    const other = await open('-dry-run', `skydns2://${etcd.endpoint}/local`);
    expect(other.lines).toEqual([
      'would deregister {"key":"/skydns/local/_tcp/_web/1"}',
      'would deregister {"key":"/skydns/local/_tcp/_web/eu%2f2"}',
    ]);
    for (const dry of [same, other]) {
      await dry.registry.stop('remove');
      await dry.close();
    }
    expect(await revision()).toBe(before);
    expect(await etcd.etcdctl('lease', 'list')).toBe(leases);
    expect(real.registry.readiness()).toEqual([]);
    await real.registry.stop('remove');
    await real.close();
  });
});
