import { execFile } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { requestEngine } from './engine-http.ts';
import { encodeTar, type TarEntry } from './tar.ts';

const CANDIDATES = ['/bin/busybox', '/usr/bin/busybox'];
const REMEDY = 'apt-get install busybox-static';

/** The name of the sample image unless another is asked for. */
export const SAMPLE_IMAGE = 'wharf-sample:1';

/**
 * Gives the engine a small image without any registry: a static busybox with a link for each of its applets (`sh`,
 * `httpd`, `nc`, `sleep`, `nslookup`, ...). Resolves to `name`.
 * @param programs paths of further programs of this machine, at the same paths, with the libraries that they are linked to
 * @throws Error naming the remedy when there is no static busybox; with the engine's answer when it refuses the image
 */
export async function importSampleImage(
  socketPath: string,
  name: string = SAMPLE_IMAGE,
  programs: readonly string[] = [],
): Promise<string> {
  // Podman heeds the tag in `repo` alone, Docker wherever it stands.
  const query = new URLSearchParams({ fromSrc: '-', repo: name });
  query.append('changes', 'CMD ["sh"]');
  query.append('changes', 'ENV PATH=/bin');
  const bytes = await sampleImageTar(programs);
  const path = `/images/create?${query.toString()}`;
  const answer = await requestEngine(socketPath, 'POST', path, { type: 'application/x-tar', bytes });
  if (answer.status !== 200 || answer.body.includes('"errorDetail"')) {
    throw new Error(`the engine at ${socketPath} refused the image ${name}: ${answer.status} ${answer.body}`);
  }
  return name;
}

/**
 * The sample image's files as a tar, for an import by other means.
 * @throws Error naming the remedy when there is no static busybox
 */
export async function sampleImageTar(programs: readonly string[] = []): Promise<Uint8Array> {
  const more = await Promise.all(programs.map(programFiles));
  const files = new Set(more.flat());
  return encodeTar([...(await sampleEntries()), ...(await Promise.all([...files].map(fileEntry)))]);
}

/** A program with the libraries that it is linked to, and what loads them, as `ldd` lists them; a static one is alone. */
async function programFiles(program: string): Promise<readonly string[]> {
  if (isStaticElf(await readFile(program))) return [program];
  const { stdout } = await promisify(execFile)('ldd', [program]);
  const libraries = stdout.split('\n').flatMap((line) => /(?:=>|^)\s*(\/\S+) \(0x/.exec(line)?.[1] ?? []);
  return [program, ...libraries];
}

async function fileEntry(path: string): Promise<TarEntry> {
  return { type: 'file', path: path.slice(1), mode: 0o755, bytes: await readFile(path) };
}

async function sampleEntries(): Promise<readonly TarEntry[]> {
  const busybox = await findBusybox();
  const { stdout } = await promisify(execFile)(busybox.path, ['--list']);
  const applets = stdout.split('\n').filter((applet) => applet !== '' && applet !== 'busybox');
  return [
    { type: 'folder', path: 'tmp/', mode: 0o1777 },
    { type: 'folder', path: 'bin/', mode: 0o755 },
    { type: 'file', path: 'bin/busybox', mode: 0o755, bytes: busybox.bytes },
    ...applets.map((applet): TarEntry => ({ type: 'link', path: `bin/${applet}`, target: 'busybox' })),
  ];
}

async function findBusybox(): Promise<{ path: string; bytes: Buffer }> {
  for (const path of CANDIDATES) {
    const present = await access(path).then(
      () => true,
      () => false,
    );
    if (!present) continue;
    const bytes = await readFile(path);
    if (isStaticElf(bytes)) return { path, bytes };
  }
  throw new Error(`no statically linked busybox at ${CANDIDATES.join(' or ')}: ${REMEDY}`);
}

const PROGRAM_INTERPRETER = 3;

/**
 * Whether these are the bytes of a 64-bit little-endian ELF program that asks for no interpreter: a static program, which runs
 * in an empty file system. Source: the ELF-64 object file format, "ELF header" and "Program header table".
 */
export function isStaticElf(bytes: Buffer): boolean {
  const isElf64 = bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
  if (!isElf64) return false;
  const tableOffset = Number(bytes.readBigUInt64LE(32));
  const entrySize = bytes.readUInt16LE(54);
  const entries = bytes.readUInt16LE(56);
  if (entries === 0 || tableOffset + entries * entrySize > bytes.length || entrySize < 4) return false;
  for (let index = 0; index < entries; index++) {
    if (bytes.readUInt32LE(tableOffset + index * entrySize) === PROGRAM_INTERPRETER) return false;
  }
  return true;
}
