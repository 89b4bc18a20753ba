import { X509Certificate } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, createCertificates } from './certificates.ts';

describe('createCertificates', () => {
  let certificates: Certificates;

  beforeAll(async () => {
    certificates = await createCertificates({
      serverNames: ['log.example', '127.0.0.1', '::1'],
      clientName: 'me.example',
    });
  });

  afterAll(() => certificates.remove());

  const sorts = ['server', 'client', 'expired', 'stranger'] as const;

  it.each(sorts)('signs %s with the authority beside it', (sort) => {
    const { ca, cert } = certificates[sort];
    expect(new X509Certificate(cert).verify(new X509Certificate(ca).publicKey)).toBe(true);
  });

  it.each([
    ['server', ['log.example', '127.0.0.1', '::1'], ['me.example']],
    ['client', ['me.example'], ['log.example']],
    ['expired', ['log.example', '127.0.0.1', '::1', 'me.example'], ['other.example']],
    ['stranger', ['log.example', '127.0.0.1', '::1', 'me.example'], ['other.example']],
  ] as const)('names %s as asked', (sort, names, foreign) => {
    const cert = new X509Certificate(certificates[sort].cert);
    const fits = (name: string) => (isIP(name) === 0 ? cert.checkHost(name) : cert.checkIP(name));
    expect(names.filter((name) => fits(name) === undefined)).toEqual([]);
    expect(foreign.filter((name) => fits(name) !== undefined)).toEqual([]);
  });

  it('makes only the expired one end before now', () => {
    const over = sorts.filter(
      (sort) => new X509Certificate(certificates[sort].cert).validToDate.getTime() < Date.now(),
    );
    expect(over).toEqual(['expired']);
  });

  it('has one authority for all but the stranger, whose authority has the same name', () => {
    const { server, client, expired, stranger } = certificates;
    expect([client.ca, expired.ca]).toEqual([server.ca, server.ca]);
    expect(stranger.ca).not.toBe(server.ca);
    expect(new X509Certificate(stranger.ca).subject).toBe(new X509Certificate(server.ca).subject);
    expect(new X509Certificate(stranger.cert).verify(new X509Certificate(server.ca).publicKey)).toBe(false);
  });

  it.each(sorts)('lets nobody else read the files of %s, which are named as Docker names them', (sort) => {
    const { folder, caFile, certFile, keyFile } = certificates[sort];
    expect([caFile, certFile, keyFile]).toEqual(['ca', 'cert', 'key'].map((name) => join(folder, `${name}.pem`)));
    expect([caFile, certFile, keyFile].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  });

  it('removes its files', async () => {
    const others = await createCertificates();
    expect(existsSync(others.server.keyFile)).toBe(true);
    others.remove();
    expect(existsSync(others.server.folder)).toBe(false);
  });
});
