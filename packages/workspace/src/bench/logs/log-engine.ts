import { execFile } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Dockerd, eventually, importSampleImage, startDockerd } from '@wharf/testkit';

/** An engine whose containers print what the benchmark wants them to, and keep it in json-file logs that do not rotate. */
export interface LogEngine {
  readonly dockerd: Dockerd;
  readonly version: string;
  /** Prints the lines and goes on running; resolves when the engine has stored all of them. */
  printAll(name: string, lines: readonly string[]): Promise<LogContainer>;
  /** Prints what it is given, as it comes. */
  startPrinter(name: string): Promise<Printer>;
}

export interface LogContainer {
  readonly id: string;
  readonly logFile: string;
}

export interface Printer {
  /** Resolves when the container has been handed all of it. */
  print(text: string): Promise<void>;
  /** Removes the container with its log. */
  remove(): Promise<void>;
}

/** @param folder for what the containers read, removed by whoever made it */
export async function startLogEngine(folder: string, cleanup: AsyncDisposableStack): Promise<LogEngine> {
  const dockerd = await startDockerd();
  cleanup.defer(() => dockerd.stop());
  const image = await importSampleImage(dockerd.socketPath);
  const run = (name: string, command: string): Promise<string> =>
    dockerd.docker('run', '-d', '--name', name, '-v', `${folder}:/feed:ro`, image, 'sh', '-c', command);

  return {
    dockerd,
    version: await dockerd.docker('version', '--format', '{{.Server.Version}}'),
    async printAll(name, lines) {
      await writeFile(join(folder, name), `${lines.join('\n')}\n`);
      const id = await run(name, `cat /feed/${name}; exec sleep 1000000`);
      const logFile = await dockerd.docker('inspect', '--format', '{{.LogPath}}', name);
      const last = lines.at(-1) ?? '';
      await eventually(
        `the log of ${name} is stored`,
        async () => {
          if (!(await readEnd(logFile)).includes(last)) throw new Error('its last line is not there yet');
        },
        { timeoutMs: 120_000, intervalMs: 100 },
      );
      return { id, logFile };
    },
    async startPrinter(name) {
      const pipe = join(folder, name);
      await promisify(execFile)('mkfifo', [pipe]);
      await run(name, `cat /feed/${name}`);
      const writer = await open(pipe, 'w');
      return {
        print: (text) => writer.writeFile(text),
        async remove() {
          await writer.close();
          await dockerd.docker('rm', '-f', '-v', name);
        },
      };
    },
  };
}

/** The newest bytes of a file, more than one line of it. */
async function readEnd(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(4096);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, Math.max(0, size - bytes.length));
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
