import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommandLine } from '@wharf/agent';
import { program as dnsServer } from '@wharf/dns-server';
import { program as logShipper } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';
import { describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { parseFleetUnit } from './fleet-unit.ts';

const folder = join(root, 'fleet-units');
const values = { COREOS_PRIVATE_IPV4: '10.0.0.11', H: 'host-1' };
const read = (file: string) => parseFleetUnit(readFileSync(join(folder, file), 'utf8'), values);
const facts = { hostname: 'host-1', env: {} };

describe('the fleet units', () => {
  it('are one for each agent, all global, each running the image of its name', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.service'));
    expect(files.toSorted()).toEqual(['dns-server.service', 'log-shipper.service', 'registrar.service']);
    for (const file of files) {
      expect(read(file)).toMatchObject({ isGlobal: true, image: `wharf/${file.replace('.service', '')}` });
    }
  });

  it('give the registrar a command line that it takes', () => {
    const { args, env } = read('registrar.service');
    const line = parseCommandLine(registrar.command, args, env);
    expect(line).toMatchObject({ ok: true });
    expect(line.ok && registrar.configure(line.value, facts)).toMatchObject({ ok: true });
  });

  it('give the dns-server variables that it takes', () => {
    const { args, env } = read('dns-server.service');
    const line = parseCommandLine(dnsServer.command, args, env);
    expect(line).toMatchObject({ ok: true, value: { warnings: [] } });
    expect(line.ok && dnsServer.configure(line.value, facts)).toMatchObject({ ok: true });
  });

  it('give the log-shipper a route that it takes', () => {
    const { args, env } = read('log-shipper.service');
    const line = parseCommandLine(logShipper.command, args, env);
    expect(line).toMatchObject({ ok: true });
    expect(line.ok && logShipper.configure(line.value, facts)).toMatchObject({ ok: true });
  });
});
