import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerAddress, renderDockerAddress } from './docker-host.ts';
import { EngineError } from './engine.ts';

/** What TLS needs, in PEM; empty: the system's authorities and no client certificate. */
export interface EngineCertificates {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Reads the certificates that an address asks for.
 * @throws EngineError `misconfigured` when one cannot be read
 */
export function readCertificates(address: DockerAddress): EngineCertificates {
  const folder = address.type === 'tcp' ? address.tls?.certificateFolder : undefined;
  if (folder === undefined) return {};
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(folder, name));
    } catch (error) {
      const file = join(folder, name);
      const message = `cannot use ${renderDockerAddress(address)}: ${file}, named by DOCKER_CERT_PATH, cannot be read`;
      throw new EngineError('misconfigured', message, { cause: error });
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
