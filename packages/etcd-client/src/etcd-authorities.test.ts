import { type Certificates, createCertificates, type EtcdServer, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withStore } from './testing/with-store.ts';

describe('TLS without a CA of its own', () => {
  let certificates: Certificates;
  let etcd: EtcdServer;

  beforeAll(async () => {
    certificates = await createCertificates();
    const { server } = certificates;
    etcd = await startEtcd({ tls: server });
    // Node reads these once a process, when the system's authorities are first asked for: hence a file of tests for it.
    process.env['SSL_CERT_FILE'] = server.caFile;
    process.env['SSL_CERT_DIR'] = server.folder;
  });

  afterAll(async () => {
    await etcd.stop();
    certificates.remove();
  });

  it('trusts the authorities of the system', async () => {
    await withStore({ endpoints: [etcd.url], tls: {} }, async (store) => {
      expect(await store.get('/nothing')).toBeUndefined();
    });
  });
});
