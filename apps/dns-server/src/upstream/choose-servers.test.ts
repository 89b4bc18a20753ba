import { describe, expect, it } from 'vitest';
import { nameIdentity } from '../records/names.ts';
import { chooseServers } from './choose-servers.ts';

const server = (host: string) => [{ host, port: 53 }];

describe('chooseServers', () => {
  const nameservers = server('192.0.2.53');
  const stubZones = new Map([
    [nameIdentity(['org']), server('10.0.0.1')],
    [nameIdentity(['example', 'org']), server('10.0.0.2')],
  ]);

  it.each([
    ['www.example.org', '10.0.0.2', true],
    ['WWW.Example.ORG', '10.0.0.2', true],
    ['example.org', '10.0.0.2', true],
    ['anexample.org', '10.0.0.1', true],
    ['org', '10.0.0.1', true],
    ['www.example.net', '192.0.2.53', false],
    ['example', '192.0.2.53', false],
  ])('asks about %s at %s', (name, host, isStub) => {
    expect(chooseServers(name.split('.'), { stubZones, nameservers })).toEqual({ servers: server(host), isStub });
  });

  it('has the usual servers for the root, and without stub zones', () => {
    const usual = { servers: nameservers, isStub: false };
    expect(chooseServers([], { stubZones, nameservers })).toEqual(usual);
    expect(chooseServers(['org'], { stubZones: new Map(), nameservers })).toEqual(usual);
  });
});
