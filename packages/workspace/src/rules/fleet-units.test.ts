import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentOptions, type AgentProgram, type OptionTable, parseCommandLine } from '@wharf/agent';
import { program as dnsServer } from '@wharf/dns-server';
import { program as logShipper } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';
import { describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { findCommand } from '../system-packages.ts';
import { type FleetUnit, parseFleetUnit } from './fleet-unit.ts';

const folder = join(root, 'fleet-units');
const host = { COREOS_PRIVATE_IPV4: '10.0.0.11', H: 'host-1' };
const unitsIn = (path: string): readonly string[] => readdirSync(path).filter((name) => name.endsWith('.service'));
const units = unitsIn(folder).toSorted();
const examples = unitsIn(join(folder, 'examples')).map((name) => join('examples', name));

/** Answers in the place of a dns-server that is restarted. */
const STAND_IN = 'rolling/dns-server-stand-in.service';

/** A unit as a host reads it whose /etc/wharf/environment has `variables`. */
function read(file: string, variables: Readonly<Record<string, string>> = {}): FleetUnit {
  return parseFleetUnit(readFileSync(join(folder, file), 'utf8'), { ...host, ...variables });
}

/** The configuration that an agent makes of what a unit gives it. */
function configure<T extends OptionTable & AgentOptions, C>(program: AgentProgram<T, C>, { args, env }: FleetUnit): C {
  const line = parseCommandLine(program.command, args, env);
  if (!line.ok) throw new Error(JSON.stringify(line.error));
  expect(line.value.warnings).toEqual([]);
  const config = program.configure(line.value, { hostname: 'host-1', env });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  return config.value;
}

describe('the fleet units', () => {
  it('are one for each agent, all global, each running the image of its name', () => {
    expect(units).toEqual(['dns-server.service', 'log-shipper.service', 'registrar.service']);
    for (const file of units) {
      const name = file.replace('.service', '');
      expect(read(file)).toMatchObject({ isGlobal: true, image: `wharf/${name}:latest` });
      const image = `registry.example.org/wharf/${name}:1.2`;
      expect(read(file, { WHARF_IMAGES: 'registry.example.org/wharf', WHARF_TAG: '1.2' }).image).toBe(image);
    }
  });

  it.each([...units, ...examples, STAND_IN])('%s is one that systemd finds nothing wrong with', (file) => {
    const systemd = findCommand('systemd-analyze') ?? 'systemd-analyze';
    const verify = spawnSync(systemd, ['verify', '--man=no', join(folder, file)], { encoding: 'utf8' });
    // It warns of a setting that it does not know, and ends with 0.
    expect(verify).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('give the registrar a command line that it takes', () => {
    expect(configure(registrar, read('registrar.service'))).toMatchObject({
      registrar: { host: 'host-1' },
      registry: { endpoints: ['127.0.0.1:2379'], domain: ['staging', 'example', 'local'] },
    });
    const changed = { WHARF_ETCD: '10.0.0.1:4001,10.0.0.2:4001', WHARF_DOMAIN: 'example.org' };
    const options = { WHARF_REGISTRAR_OPTIONS: '-explicit -on-stop remove' };
    expect(configure(registrar, read('registrar.service', { ...changed, ...options }))).toMatchObject({
      registry: { endpoints: ['10.0.0.1:4001', '10.0.0.2:4001'], domain: ['example', 'org'] },
      registrar: { onStop: 'remove' },
    });
  });

  it('give the dns-server variables that it takes', () => {
    const { env } = read('dns-server.service');
    expect(env).toMatchObject({ SKYDNS_ADDR: '10.0.0.11:53', SKYDNS_DOMAIN: 'staging.example.local' });
    configure(dnsServer, read('dns-server.service'));
    const changed = { WHARF_ETCD: '10.0.0.1:4001,10.0.0.2:4001', WHARF_DOMAIN: 'example.org' };
    const more = {
      WHARF_NAMESERVERS: '10.0.0.2:53',
      WHARF_DNS_SERVER_OPTIONS: '-no-rec',
      ETCD_USERNAME: 'a',
      ETCD_PASSWORD: 'b',
    };
    configure(dnsServer, read('dns-server.service', { ...changed, ...more }));
  });

  it('have one that stands in for the dns-server, told the same and that it shares the address', () => {
    const variables = { WHARF_NAMESERVERS: '10.0.0.2:53', WHARF_DNS_SERVER_OPTIONS: '-no-rec -reuse-port' };
    const [standIn, unit] = [STAND_IN, 'dns-server.service'].map((file) => read(file, variables));
    if (standIn === undefined || unit === undefined) throw new Error('a unit is missing');
    expect(standIn).toMatchObject({ isGlobal: unit.isGlobal, image: unit.image, defaults: unit.defaults });
    expect(standIn.env).toEqual({ ...unit.env, ADMIN_ADDR: '127.0.0.1:8155' });
    const { server } = configure(dnsServer, unit).settings;
    expect(configure(dnsServer, standIn).settings.server).toEqual({ ...server, snapshot: undefined });
  });

  it('give the log-shipper a route that it takes', () => {
    const unit = read('log-shipper.service');
    expect(unit.env).toMatchObject({ SYSLOG_HOSTNAME: 'host-1' });
    expect(configure(logShipper, unit)).toMatchObject({ shipper: { httpApi: undefined } });
    const changed = { WHARF_RECEIVER: 'syslog://docker-rsyslog:514', WHARF_LOG_SHIPPER_OPTIONS: '-tail 10 -backlog' };
    configure(logShipper, read('log-shipper.service', changed));
  });

  it('have one default for each variable, which the README tells', () => {
    const defaults = units.flatMap((file) => Object.entries(read(file).defaults));
    const rows = readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| `([A-Z_0-9]+)` +\| (?:`(.*?)`)? *\|/gm);
    const told = [...rows].map(([, name = '', value = '']) => [name, value] as const);
    expect(new Map(told.filter(([name]) => name.startsWith('WHARF_')))).toEqual(new Map(defaults));
    expect(new Map(defaults).size).toBe(new Set(defaults.map((entry) => entry.join('='))).size);
  });
});
