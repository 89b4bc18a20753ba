import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const REMEDY = 'apt-get install tcc musl-dev';

/** As Debian names folders. */
const MACHINE = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

/**
 * Compiles one C source to a static program with musl, the C library of Alpine, whose resolver is not glibc's.
 * @throws Error naming the remedy when it cannot be compiled
 */
export async function compileForMusl(source: string, program: string): Promise<void> {
  const library = `/usr/lib/${MACHINE}-linux-musl`;
  const headers = `-I/usr/include/${MACHINE}-linux-musl`;
  const options = ['-static', '-nostdlib', '-nostdinc', headers];
  const inputs = [`${library}/crt1.o`, `${library}/crti.o`, source, `${library}/libc.a`, `${library}/crtn.o`];
  try {
    await promisify(execFile)('tcc', [...options, '-o', program, ...inputs]);
  } catch (error) {
    throw new Error(`${source} cannot be compiled for musl: ${REMEDY}`, { cause: error });
  }
}
