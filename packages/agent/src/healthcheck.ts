import { readFileSync } from 'node:fs';
import { type HostPort, renderHostPort } from './address-types.ts';
import { askAdmin } from './ask-admin.ts';
import { describeError } from './describe-error.ts';
import { findAdminAddress } from './find-admin-address.ts';

/** Below the 10 s that the images give it. */
const TIMEOUT_MS = 5_000;

export interface Healthcheck {
  /** The agent's program, as its container was told to run it. */
  readonly main: string;
  readonly adminAddr: HostPort;
}

/** What is printed, and whether the agent is well. */
interface Verdict {
  readonly isHealthy: boolean;
  readonly text: string;
}

/**
 * Asks the agent of this container for `/readyz`, or for the page that is the first argument, prints what it answers and
 * ends the process: with 0 when that is status 200. An agent whose admin HTTP is off, or on a port that only its log tells,
 * counts as healthy: nobody can say otherwise.
 */
export async function runHealthcheck(check: Healthcheck): Promise<void> {
  const { isHealthy, text } = await examine(check, process.argv[2] ?? '/readyz');
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  process.exitCode = isHealthy ? 0 : 1;
}

async function examine({ main, adminAddr }: Healthcheck, path: string): Promise<Verdict> {
  const commandLine = readFileSync('/proc/1/cmdline', 'utf8').split('\0');
  const found = findAdminAddress({ commandLine, env: process.env, main, adminAddr });
  if (!found.ok) return { isHealthy: false, text: found.error };
  if (found.value === undefined) return { isHealthy: true, text: 'not checked: the admin address is off' };
  if (found.value.port === 0) return { isHealthy: true, text: 'not checked: the admin port is any that was free' };
  try {
    const { status, body } = await askAdmin(found.value, path, TIMEOUT_MS);
    return { isHealthy: status === 200, text: body };
  } catch (error) {
    return { isHealthy: false, text: `${renderHostPort(found.value)}${path}: ${describeError(error)}` };
  }
}
