import { buildQuietly } from '../../commands/build.ts';
import { busyboxProgram, enginePrograms, ensurePrograms } from '../../system-packages.ts';
import { UserError } from '../../user-error.ts';
import { benchLatency } from './latency.ts';
import { benchScale } from './scale.ts';

const etcdPrograms = [{ command: 'etcd', debianPackage: 'etcd-server' }];

/**
 * The built registrar as a process of its own, on a real etcd: how soon records follow the containers of a real Docker, and
 * what 10,000 containers of a fake engine cost beside 100.
 */
export async function benchRegistrar(print: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new UserError('This benchmark starts a Docker engine of its own: run it as root.');
  const programs = [...enginePrograms, busyboxProgram, ...etcdPrograms];
  await ensurePrograms(programs, 'measure the registrar on real etcd and Docker');
  const built = await buildQuietly(['--filter=@wharf/registrar']);
  if (built !== 0) throw new UserError('The registrar cannot be measured because it does not build: see above.');
  await benchLatency(print);
  await benchScale(print);
}
