import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, failure, type Logger, type Result } from '@wharf/agent';
import { isRouteId, parseRouteSpec, type RouteSpec } from '../../http-api/route-spec.ts';

/** A route that came over HTTP. */
export type NamedSpec = RouteSpec & { readonly id: string };

/** Routes on disk, one `<id>.json` each. */
export interface RouteFiles {
  /** All that can be read, in the order of their names; the log tells of the others, which are left as they are. */
  load(): Promise<readonly NamedSpec[]>;
  /** The file is there, whole, when this resolves; when it rejects there is no new one. */
  save(spec: NamedSpec): Promise<void>;
  /** Does nothing when there is no such file. */
  remove(id: string): Promise<void>;
}

/** No file of ours is longer: it came as the body of a request. */
export const SPEC_LIMIT_BYTES = 64 * 1024;

const SUFFIX = '.json';

/** The files of a folder; undefined when there is no such folder. */
export async function openRouteFiles(folder: string, log: Logger): Promise<RouteFiles | undefined> {
  if (folder === '') return undefined;
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) return undefined;
  const fileOf = (id: string): string => join(folder, `${id}${SUFFIX}`);

  return {
    async load() {
      const specs: NamedSpec[] = [];
      for (const name of (await readdir(folder)).toSorted()) {
        const id = name.slice(0, -SUFFIX.length);
        if (!name.endsWith(SUFFIX) || name.startsWith('.')) continue;
        const spec = isRouteId(id)
          ? await readSpec(fileOf(id))
          : failure(['its name is not that of a route followed by .json']);
        if (spec.ok && (spec.value.id ?? id) === id) specs.push({ ...spec.value, id });
        else {
          const reason = spec.ok ? 'the id in it is not that of its name' : spec.error.join('; ');
          log.warn({ file: join(folder, name), reason }, 'a route is left out');
        }
      }
      return specs;
    },
    async save(spec) {
      const file = fileOf(spec.id);
      const temporary = join(folder, `.${spec.id}${SUFFIX}.new`);
      let written = temporary;
      try {
        await rm(temporary, { force: true });
        await writeNew(temporary, `${JSON.stringify(spec)}\n`);
        await rename(temporary, file);
        written = file;
        await synchronize(folder);
      } catch (error) {
        await rm(written, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    async remove(id) {
      await rm(fileOf(id), { force: true });
      await synchronize(folder);
    },
  };
}

async function readSpec(file: string): Promise<Result<RouteSpec, readonly string[]>> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return failure(['it is not a file']);
    if (found.size > SPEC_LIMIT_BYTES) return failure([`it is longer than ${SPEC_LIMIT_BYTES} bytes`]);
    return parseRouteSpec(await readFile(file, 'utf8'));
  } catch (error) {
    return failure([describeError(error)]);
  }
}

/** Only its owner may read it: an address may hold a password. */
async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function synchronize(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
