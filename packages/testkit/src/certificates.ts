import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A certificate, its key, and the authority that signed it: as PEM files (mode 0600) and as their text. */
export interface Certificate {
  /** Has `ca.pem`, `cert.pem` and `key.pem`, as Docker reads them from `DOCKER_CERT_PATH`. */
  readonly folder: string;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** What the server is called by: DNS names and IP addresses; `localhost`, `127.0.0.1` and `::1` when absent. */
  readonly serverNames?: readonly string[];
  /** The client's name, a DNS name; `client.example` when absent. */
  readonly clientName?: string;
}

/** Certificates of a throw-away authority, valid for two days, and two sorts that must not be accepted. */
export interface Certificates {
  readonly server: Certificate;
  readonly client: Certificate;
  /** Ended yesterday; otherwise good for a server or a client, with the names of both. */
  readonly expired: Certificate;
  /** Of an authority with the same name but another key; otherwise like `expired`, and not over. */
  readonly stranger: Certificate;
  /** Removes all files. */
  remove(): void;
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const AUTHORITY_NAME = '/CN=throw-away authority';

/**
 * Makes certificates with openssl in a folder of their own.
 * @throws Error naming the remedy when openssl is missing, or quoting it
 */
export async function createCertificates(options: CertificateOptions = {}): Promise<Certificates> {
  const serverNames = options.serverNames ?? ['localhost', '127.0.0.1', '::1'];
  const clientName = options.clientName ?? 'client.example';
  const bothNames = [...serverNames, clientName];
  const folder = mkdtempSync(join(tmpdir(), 'wharf-certificates-'));
  try {
    const [authority, otherAuthority] = await Promise.all([
      createAuthority(join(folder, 'authority')),
      createAuthority(join(folder, 'other-authority')),
    ]);
    const inFolder = (name: string): string => join(folder, name);
    const [server, client, expired, stranger] = await Promise.all([
      issue(authority, { folder: inFolder('server'), names: serverNames, days: 2, usage: 'serverAuth' }),
      issue(authority, { folder: inFolder('client'), names: [clientName], days: 2, usage: 'clientAuth' }),
      issue(authority, { folder: inFolder('expired'), names: bothNames, days: -1, usage: 'serverAuth,clientAuth' }),
      issue(otherAuthority, {
        folder: inFolder('stranger'),
        names: bothNames,
        days: 2,
        usage: 'serverAuth,clientAuth',
      }),
    ]);
    return { server, client, expired, stranger, remove: () => rmSync(folder, { recursive: true, force: true }) };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Authority {
  readonly certFile: string;
  readonly keyFile: string;
}

async function createAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder);
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const files = ['-out', certFile, '-keyout', keyFile];
  await openssl('req', '-x509', ...EC_KEY, '-days', '2', '-subj', AUTHORITY_NAME, ...files);
  return { certFile, keyFile };
}

interface Request {
  readonly folder: string;
  /** The first one is the common name too. */
  readonly names: readonly string[];
  /** Days from now to the end; below 0 it is over. */
  readonly days: number;
  /** `extendedKeyUsage` of RFC 5280, section 4.2.1.12. */
  readonly usage: string;
}

async function issue(authority: Authority, { folder, names, days, usage }: Request): Promise<Certificate> {
  mkdirSync(folder);
  const pem = (name: string): string => join(folder, `${name}.pem`);
  const [caFile, certFile, keyFile, requestFile] = [pem('ca'), pem('cert'), pem('key'), pem('request')];
  const alternatives = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`).join(',');
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    `extendedKeyUsage=${usage}`,
    `subjectAltName=${alternatives}`,
  ];
  const subject = ['-subj', `/CN=${names[0] ?? ''}`, ...extensions.flatMap((extension) => ['-addext', extension])];
  await openssl('req', '-new', ...EC_KEY, ...subject, '-keyout', keyFile, '-out', requestFile);
  // `req -x509` would do it in one step, but refuses days that are over.
  const signer = ['-CA', authority.certFile, '-CAkey', authority.keyFile, '-copy_extensions', 'copy'];
  await openssl('x509', '-req', '-in', requestFile, ...signer, '-days', String(days), '-out', certFile);
  rmSync(requestFile);
  copyFileSync(authority.certFile, caFile);
  for (const file of [caFile, certFile, keyFile]) chmodSync(file, 0o600);
  const read = (file: string): string => readFileSync(file, 'utf8');
  return { folder, caFile, certFile, keyFile, ca: read(caFile), cert: read(certFile), key: read(keyFile) };
}

async function openssl(...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('openssl', args);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing ? new Error('openssl cannot be started: apt-get install openssl', { cause: error }) : error;
  }
}
