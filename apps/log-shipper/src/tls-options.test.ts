import { describe, expect, it } from 'vitest';
import type { Destination } from './routes/route.ts';
import { tlsFilesOf, tlsOptionErrors, tlsRouteErrors, tlsRouteOptions } from './tls-options.ts';

const nothing = {
  tlsCaCerts: [],
  tlsDisableSystemRoots: false,
  tlsClientCert: undefined,
  tlsClientKey: undefined,
  tlsHardening: false,
};
const own = { ...nothing, tlsCaCerts: ['a', 'b'], tlsClientCert: 'c', tlsClientKey: 'k' };
const named = (option: string, file: string) => ({ option, file });
const optionsOf = (options: Readonly<Record<string, string>>) => new Map(Object.entries(options));

describe('tlsFilesOf', () => {
  it('trusts the system and shows nothing, unless told otherwise', () => {
    expect(tlsFilesOf(nothing, new Map(), 'logs.example.org')).toEqual({
      ca: [],
      trustsSystem: true,
      own: undefined,
      hardening: false,
      servername: 'logs.example.org',
    });
  });

  it('takes what the agent was told', () => {
    const given = { ...own, tlsDisableSystemRoots: true, tlsHardening: true };
    expect(tlsFilesOf(given, new Map(), 'h')).toEqual({
      ca: [named('-tls-ca-certs', 'a'), named('-tls-ca-certs', 'b')],
      trustsSystem: false,
      own: { cert: named('-tls-client-cert', 'c'), key: named('-tls-client-key', 'k') },
      hardening: true,
      servername: 'h',
    });
  });

  it('takes what the route was told instead', () => {
    const route = optionsOf({ 'tls.ca': 'd, e', 'tls.cert': 'f', 'tls.key': 'g', 'tls.name': 'other' });
    expect(tlsFilesOf(own, route, 'h')).toMatchObject({
      ca: [named('tls.ca', 'd'), named('tls.ca', 'e')],
      own: { cert: named('tls.cert', 'f'), key: named('tls.key', 'g') },
      servername: 'other',
    });
  });
});

describe('errors', () => {
  it.each([
    [nothing, []],
    [own, []],
    [{ ...own, tlsClientKey: undefined }, ['-tls-client-cert needs -tls-client-key: give both or neither']],
  ])('of %j', (given, errors) => {
    expect(tlsOptionErrors(given).map(({ option, message }) => `${option} ${message}`)).toEqual(errors);
  });

  it('of a route with a certificate and no key', () => {
    expect(tlsRouteErrors(optionsOf({ 'tls.cert': 'a' }))).toEqual([
      'has an option tls.cert that needs tls.key: give both or neither',
    ]);
    expect(tlsRouteErrors(optionsOf({ 'tls.cert': 'a', 'tls.key': 'b' }))).toEqual([]);
  });
});

describe('tlsRouteOptions', () => {
  const syslog = (carrier: 'tcp' | 'tls' | 'relp' | 'relps' | 'udp'): Destination => ({
    adapter: 'syslog',
    carrier,
    host: 'h',
    port: undefined,
  });
  it.each<[string, Destination, boolean]>([
    ['tls', syslog('tls'), true],
    ['relps', syslog('relps'), true],
    ['tcp', syslog('tcp'), false],
    ['https', { adapter: 'loki', url: 'https://h/' }, true],
    ['http', { adapter: 'loki', url: 'http://h/' }, false],
    ['stdout', { adapter: 'stdout' }, false],
  ])('over %s', (_name, destination, isMeant) => {
    expect(tlsRouteOptions.map(({ of }) => of?.(destination))).toEqual(Array(4).fill(isMeant));
  });

  it.each(tlsRouteOptions.map(({ name, parse }) => [name, parse] as const))('%s cannot be empty', (_name, parse) => {
    expect(parse('')).toMatchObject({ ok: false });
    expect(parse('/a')).toMatchObject({ ok: true });
  });
});
