import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requestEngine } from '@wharf/testkit';

/** Containers with one published port that end by themselves when they are told to: no signal, no `kill` event. */
export interface BriefContainers {
  create(name: string): Promise<void>;
  start(name: string): Promise<void>;
  /** Lets its only process end; resolves when it has been told. */
  end(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

const FIRST_PORT = 20_000;

export function createBriefContainers(
  socketPath: string,
  image: string,
  cleanup: AsyncDisposableStack,
): BriefContainers {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-'));
  cleanup.defer(async () => rmSync(folder, { recursive: true, force: true }));
  let created = 0;

  const call = async (method: 'POST' | 'DELETE', path: string, body?: object): Promise<void> => {
    const bytes = Buffer.from(JSON.stringify(body ?? {}));
    const answer = await requestEngine(socketPath, method, path, { type: 'application/json', bytes });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
  };

  return {
    async create(name) {
      await promisify(execFile)('mkfifo', [join(folder, name)]);
      const port = FIRST_PORT + created++;
      await call('POST', `/containers/create?name=${name}`, {
        Image: image,
        Cmd: ['cat', `/end/${name}`],
        Env: ['SERVICE_NAME=bench', `SERVICE_ID=${name}`],
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { Binds: [`${folder}:/end`], PortBindings: { '80/tcp': [{ HostPort: String(port) }] } },
      });
    },
    start: (name) => call('POST', `/containers/${name}/start`),
    end: (name) => writeFile(join(folder, name), ''),
    remove: (name) => call('DELETE', `/containers/${name}?force=1`),
  };
}
