import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { type Certificates, createCertificates, eventually, freePort } from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { toEndpoints } from '../receivers/endpoint.ts';
import { describeStreamFailure, openStreamConnection } from './stream-connection.ts';
import type { TlsSettings } from './tls-settings.ts';

const LOCAL = [{ address: '127.0.0.1', family: 4 }];
const never = new AbortController().signal;

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates({ serverNames: ['logs.example.org', '127.0.0.1'] });
});
afterAll(() => certificates.remove());

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** What the servers of a test have read. */
let read = '';
const listen = async (server: Server, event = 'connection'): Promise<number> => {
  read = '';
  servers.push(server);
  server.on('tlsClientError', () => undefined);
  server.on(event, (socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      read += String(bytes);
    });
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return port;
};
const listenTls = (options: TlsOptions = {}): Promise<number> => {
  const { key, cert } = certificates.server;
  return listen(createTlsServer({ key, cert, ...options }), 'secureConnection');
};
const trusting = (more: Partial<TlsSettings> = {}): TlsSettings => ({
  ca: [certificates.server.ca],
  servername: 'logs.example.org',
  ...more,
});
const open = (port: number, tls?: TlsSettings, signal = never, addresses = LOCAL) =>
  openStreamConnection(toEndpoints(addresses, port), { tls }, signal);
const failureOf = (port: number, tls: TlsSettings, signal = never): Promise<string> =>
  open(port, tls, signal).then(() => 'connected', describeStreamFailure);

describe('openStreamConnection', () => {
  it.each(['TCP', 'TLS'])('over %s writes, reads, and tells when the receiver has closed', async (kind) => {
    const isTls = kind === 'TLS';
    const port = isTls ? await listenTls() : await listen(createServer());
    const connection = await open(port, isTls ? trusting() : undefined);
    let answers = '';
    connection.listen((bytes) => {
      answers += String(bytes);
    });
    expect(await connection.write(Buffer.from('ahoy'))).toBe(true);
    await eventually('the bytes', () => expect(read).toBe('ahoy'));
    sockets[0]?.write('hello');
    await eventually('the answer', () => expect(answers).toBe('hello'));
    sockets[0]?.end();
    await eventually('the loss', () => expect(connection.lost.aborted).toBe(true));
    expect(connection.lossReason).toBe('connection closed by the receiver');
    expect(await connection.write(Buffer.from('x'))).toBe(false);
  });

  it('tries the next address when TLS does not come about with one', async () => {
    const port = await listenTls();
    const other = createServer((socket) => socket.end());
    servers.push(other);
    other.listen(port, '127.0.0.2');
    await once(other, 'listening');
    const addresses = ['127.0.0.2', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const connection = await open(port, trusting(), never, addresses);
    expect(connection.endpoint.address).toBe('127.0.0.1');
    connection.destroy();
  });

  it('checks an address against the addresses of a certificate, and asks for no name', async () => {
    const names: unknown[] = [];
    const port = await listenTls({
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    expect(await failureOf(port, trusting({ servername: '127.0.0.1' }))).toBe('connected');
    expect(names).toEqual([]);
    expect(await failureOf(port, trusting())).toBe('connected');
    expect(names).toEqual(['logs.example.org']);
  });

  it('looks for the target of a service in the certificate, when that is within the domain of the service', async () => {
    const port = await listenTls();
    const service = { priority: 0, weight: 0, port };
    const openTo = (target: string) =>
      openStreamConnection(
        toEndpoints([{ address: '127.0.0.1', family: 4, service: { ...service, target } }], 1),
        { tls: trusting({ servername: '_syslog-tls._tcp.example.org' }) },
        never,
      ).then(() => 'connected', describeStreamFailure);
    expect(await openTo('logs.example.org')).toBe('connected');
    expect(await openTo('logs.elsewhere.org')).toMatch(/is not for example.org/);
  });

  it.each<[string, () => TlsOptions, () => Partial<TlsSettings>, RegExp | string]>([
    ['an expired certificate', () => certificates.expired, () => ({}), /has expired/],
    ['a CA that is not trusted', () => certificates.stranger, () => ({}), /LOGSPOUT_TLS_CA_CERTS/],
    [
      'another name',
      () => ({}),
      () => ({ servername: 'db.example.org' }),
      "the receiver's certificate is not for db.example.org, but for logs.example.org, 127.0.0.1: name one of them in the route option tls.name",
    ],
    [
      'a demanded client certificate over TLS 1.2',
      () => ({ requestCert: true, ca: certificates.server.ca, maxVersion: 'TLSv1.2' }),
      () => ({}),
      /may demand a client certificate \(LOGSPOUT_TLS_CLIENT_CERT/,
    ],
    [
      'TLS 1.1',
      () => ({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
      () => ({}),
      /1\.2 is the least/,
    ],
    [
      'ciphers without authenticated encryption when hardened',
      () => ({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
      () => ({ hardening: true }),
      /other ciphers \(LOGSPOUT_TLS_HARDENING\)/,
    ],
    [
      'the same ciphers when not hardened',
      () => ({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }),
      () => ({}),
      'connected',
    ],
    [
      'a client certificate that is demanded and given',
      () => ({ requestCert: true, ca: certificates.server.ca }),
      () => ({ cert: certificates.client.cert, key: certificates.client.key }),
      'connected',
    ],
  ])('with %s', async (_name, server, settings, expected) => {
    const { key, cert, ...more } = { ...certificates.server, ...server() };
    expect(await failureOf(await listenTls({ key, cert, ...more }), trusting(settings()))).toMatch(expected);
  });

  it('says that a client certificate is demanded, which over TLS 1.3 comes after the handshake', async () => {
    const port = await listenTls({ requestCert: true, ca: certificates.server.ca });
    const connection = await open(port, trusting());
    await eventually('the loss', () => expect(connection.lost.aborted).toBe(true));
    expect(connection.lossReason).toMatch(/demands a client certificate/);
  });

  it.each([
    ['closes', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.destroy()],
  ])('asks about a client certificate when a receiver %s at once over TLS', async (_how, close) => {
    const end = '(does it ask for a client certificate? see tls.cert and tls.key)';
    const port = await listenTls();
    servers[0]?.on('secureConnection', close);
    const lossOf = async (more: Partial<TlsSettings>) => {
      const connection = await open(port, trusting(more));
      await eventually('the loss', () => expect(connection.lost.aborted).toBe(true));
      return connection.lossReason;
    };
    const { cert, key } = certificates.client;
    expect(await lossOf({})).toContain(end);
    expect(await lossOf({ cert, key })).not.toContain(end);
  });

  it('says that a receiver does not speak TLS', async () => {
    const port = await listen(createServer((socket) => socket.write('220 hello\n')));
    expect(await failureOf(port, trusting())).toBe('the receiver does not speak TLS on this port');
  });

  it('is given up in the middle of a handshake', async () => {
    const port = await listen(createServer());
    const giveUp = new AbortController();
    const failed = failureOf(port, trusting(), giveUp.signal);
    await eventually('the first bytes', () => expect(read).not.toBe(''));
    giveUp.abort();
    expect(await failed).toBe('given up');
  });
});
