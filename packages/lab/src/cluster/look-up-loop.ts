import { GETENT } from './lab-host.ts';

/** One look-up by getaddrinfo in a container. */
export interface LookUp {
  /** Seconds since this machine booted. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Addresses in the order of their text; none when the name was not found, or nobody answered. */
  readonly addresses: readonly string[];
}

/** Where a container that runs `lookUpForEver` keeps what it found. */
export const LOOK_UPS_FILE = '/tmp/look-ups';

/** How long glibc waits for an answer before it asks again: `RES_TIMEOUT` of resolv.h. */
export const RESOLVER_TIMEOUT_SECONDS = 5;

/** The command of a container that looks a name up again and again. */
export function lookUpForEver(name: string): readonly string[] {
  const now = 'cut -d " " -f 1 /proc/uptime';
  const look = `${GETENT} ahostsv4 "$0" | cut -d " " -f 1 | sort -u | tr "\\n" " "`;
  const loop = `while :; do from=$(${now}); found=$(${look}); echo "$from $(${now}) $found" >> ${LOOK_UPS_FILE}; sleep 0.2; done`;
  return ['sh', '-c', loop, name];
}

/** From the text of that file; a line that is being written is left out. */
export function parseLookUps(text: string): readonly LookUp[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.slice(0, -1).map((line) => {
    const [from, to, ...addresses] = line.split(' ').filter((word) => word !== '');
    return { fromSeconds: Number(from), toSeconds: Number(to), addresses };
  });
}
