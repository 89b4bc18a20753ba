import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Certificates,
  createCertificates,
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  openNetworkDoor,
  type PrivateEngine,
  startDockerd,
  startEtcd,
  startFaultyProxy,
  startPodman,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plantForeignKeys, recordKey, untilExact } from './expected-records.ts';
import { launchRegistrar, runService, startReadyRegistrar } from './registrar-run.ts';
import { readRecords, type StoredKeys } from './stored-keys.ts';

let etcd: EtcdServer;
let foreign: StoredKeys;
let cleanup: AsyncDisposableStack;

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  foreign = await plantForeignKeys(etcd);
});

afterEach(() => cleanup.disposeAsync());

/**
 * Follows a service that was there before the registrar and one that came later, from start to end.
 * @returns what the store holds after their end
 */
async function followServices(
  engine: PrivateEngine,
  image: string,
  dockerHost: string,
  env: Readonly<Record<string, string>> = {},
): Promise<StoredKeys> {
  await runService(engine, image, 'web');
  cleanup.defer(async () => {
    await engine.docker('rm', '--force', 'web', 'api');
  });
  await startReadyRegistrar(cleanup, { store: etcd.endpoint, dockerHost, env });
  await untilExact(etcd, foreign, [{ engine }]);
  await runService(engine, image, 'api');
  await untilExact(etcd, foreign, [{ engine }]);
  expect(Object.keys(await readRecords(etcd))).toEqual(expect.arrayContaining([recordKey('web'), recordKey('api')]));
  await engine.docker('kill', 'api');
  await untilExact(etcd, foreign, [{ engine }]);
  expect(Object.keys(await readRecords(etcd))).not.toContain(recordKey('api'));
  await engine.docker('restart', '--time', '0', 'web');
  await untilExact(etcd, foreign, [{ engine }]);
  await engine.docker('rm', '--force', 'web');
  await untilExact(etcd, foreign, [{ engine }]);
  return readRecords(etcd);
}

const TLS_PORT = 2376;

describe('a Docker engine', { timeout: 120_000 }, () => {
  const common = new AsyncDisposableStack();
  let folder: string;
  let certificates: Certificates;
  let dockerd: Dockerd;
  let image: string;
  /** The port of this host that leads to the engine's TLS port. */
  let tlsPort: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-engine-'));
    common.defer(() => rmSync(folder, { recursive: true }));
    certificates = await createCertificates();
    common.defer(() => certificates.remove());
    const { caFile, certFile, keyFile } = certificates.server;
    const hosts = [`--host=unix://${folder}/docker.sock`, `--host=tcp://127.0.0.1:${TLS_PORT}`];
    const tls = ['--tlsverify', `--tlscacert=${caFile}`, `--tlscert=${certFile}`, `--tlskey=${keyFile}`];
    dockerd = await startDockerd({ args: [...hosts, ...tls] });
    common.defer(() => dockerd.stop());
    image = await importSampleImage(dockerd.socketPath);
    const door = openNetworkDoor(dockerd.enterNetwork);
    common.defer(() => door.close());
    tlsPort = await door.letOut(TLS_PORT);
  });

  afterAll(() => common.disposeAsync());

  it('over a unix socket where the units of Registrator mount it', async () => {
    expect(await followServices(dockerd, image, `unix://${folder}/docker.sock`)).toEqual(foreign);
  });

  it('over TCP', async () => {
    const link = await startFaultyProxy({ path: dockerd.socketPath });
    cleanup.defer(() => link.close());
    expect(await followServices(dockerd, image, `tcp://127.0.0.1:${link.port}`)).toEqual(foreign);
  });

  it('over TLS, with the certificates of DOCKER_CERT_PATH', async () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates.client.folder };
    expect(await followServices(dockerd, image, `tcp://127.0.0.1:${tlsPort}`, env)).toEqual(foreign);
  });

  it('over TLS with the certificate of somebody else: nothing is written, and the reason is said', async () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates.stranger.folder };
    const dockerHost = `tcp://127.0.0.1:${tlsPort}`;
    const registrar = await launchRegistrar(cleanup, { store: etcd.endpoint, dockerHost, env });
    await eventually(
      'the reason',
      () => expect(registrar.text('/readyz')).rejects.toThrow(/not followed.*certificate/s),
      { timeoutMs: 30_000 },
    );
    expect(await readRecords(etcd)).toEqual(foreign);
  });
});

describe("Podman's compatible API", { timeout: 120_000 }, () => {
  it('from start to stop', async () => {
    const podman = await startPodman();
    cleanup.defer(() => podman.stop());
    const image = await importSampleImage(podman.socketPath);
    expect(await followServices(podman, image, `unix://${podman.socketPath}`)).toEqual(foreign);
  });
});
