import { captureCommand } from '../../run-command.ts';
import { UserError } from '../../user-error.ts';
import { onMeasuredCore } from '../cores.ts';
import { readUsage } from '../process-usage.ts';
import type { Backlog } from './backlog.ts';
import type { Passage } from './watch-passage.ts';

/** In curl's own words: seconds to the first byte and to the last, and bytes. */
const FORMAT = '%{time_starttransfer} %{time_total} %{size_download}';
/** In bash's: seconds of the processor in user and in system mode, after what the command has printed. */
const TIMED = 'TIMEFORMAT=" %U %S"; time "$@"';

/** Throws the backlog away as fast as the engine gives it. */
export async function runCurl({ stage, container }: Backlog): Promise<Passage> {
  const { dockerd } = stage.engine;
  const url = `http://localhost/containers/${container.id}/logs?stdout=1&stderr=1&timestamps=1`;
  const curl = ['curl', '-sf', '--unix-socket', dockerd.socketPath, '-o', '/dev/null', '-w', FORMAT, url];
  const engineBefore = readUsage(dockerd.pid).cpuSeconds;
  const { exitCode, output } = await captureCommand('bash', ['-c', TIMED, 'bash', ...onMeasuredCore, ...curl]);
  if (exitCode !== 0) throw new UserError(`curl cannot read the log of a container: ${output}`);
  const [first = 0, total = 0, bytes = 0, user = 0, system = 0] = output.trim().split(/\s+/).map(Number);
  return {
    seconds: total - first,
    cpuSeconds: user + system,
    engineCpuSeconds: readUsage(dockerd.pid).cpuSeconds - engineBefore,
    bytes,
    memory: undefined,
  };
}
