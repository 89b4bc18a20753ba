import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EtcdServer, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStore } from './testing/with-store.ts';

const run = promisify(execFile);

describe('TLS without a CA of its own', () => {
  let directory: string;
  let etcd: EtcdServer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wharf-tls-'));
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const names = ['-subj', '/CN=etcd', '-addext', 'subjectAltName=IP:127.0.0.1'];
    await run('openssl', ['req', '-x509', ...key, ...names, '-keyout', keyFile, '-out', certFile]);
    etcd = await startEtcd({ tls: { caFile: certFile, certFile, keyFile } });
    // Node reads these once a process, when the system's authorities are first asked for: hence a file of tests for it.
    process.env['SSL_CERT_FILE'] = certFile;
    process.env['SSL_CERT_DIR'] = directory;
  });

  afterAll(async () => {
    await etcd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('trusts the authorities of the system', async () => {
    await withStore({ endpoints: [etcd.url], tls: {} }, async (store) => {
      expect(await store.get('/nothing')).toBeUndefined();
    });
  });
});
