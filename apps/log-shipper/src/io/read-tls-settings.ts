import { describeError, type Logger, readCertificate, readKeyPair, systemAuthorities } from '@wharf/agent';
import type { TlsFiles } from '../tls-options.ts';
import type { TlsSettings } from './tls-settings.ts';

/**
 * Reads the files.
 * @throws Error naming the option and the file that cannot be read, or does not hold what it should; and when no CA is trusted
 */
export function readTlsSettings({ ca, trustsSystem, own, hardening, servername }: TlsFiles): TlsSettings {
  if (!trustsSystem && ca.length === 0) {
    throw new Error(
      '-tls-disable-system-roots: no receiver is trusted: name CAs in -tls-ca-certs, or tls.ca in the route',
    );
  }
  const files = ca.map((named) => readCertificate(named).pem.toString());
  const pair = own === undefined ? undefined : readKeyPair(own.cert, own.key);
  return {
    ca: trustsSystem ? [...systemAuthorities(), ...files] : files,
    ...(pair === undefined ? {} : { cert: pair.cert.toString(), key: pair.key.toString() }),
    servername,
    hardening,
  };
}

/**
 * Gives the settings for one connection after the other, as the files are by then: certificates are renewed while an
 * agent runs. While a file cannot be read, or certificate and key do not belong together because only one of them is
 * there yet, the settings stay as they were. They are the same object as long as nothing changes.
 * @throws Error as `readTlsSettings`, now; not later
 */
export function createTlsReader(files: TlsFiles, log: Logger): () => Promise<TlsSettings> {
  let settings = readTlsSettings(files);
  let trouble: string | undefined;
  return async () => {
    try {
      const newest = readTlsSettings(files);
      if (!isSame(settings, newest)) {
        settings = newest;
        log.info({}, 'the files for TLS have changed');
      }
      trouble = undefined;
    } catch (error) {
      const reason = describeError(error);
      if (reason !== trouble) log.warn({ reason }, 'the files for TLS cannot be read again, those of before are used');
      trouble = reason;
    }
    return settings;
  };
}

function isSame(one: TlsSettings, other: TlsSettings): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca?.join() === other.ca?.join();
}
