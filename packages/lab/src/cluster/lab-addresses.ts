/** The lab's network, 10.77.0.0/24, exists in the lab's own network namespaces only: every lab has the same. */
const NETWORK = '10.77.0';

export const PREFIX_LENGTH = 24;

/** The address of the central rsyslog, which is that of the switch. */
export const RSYSLOG_ADDRESS = `${NETWORK}.254`;

export const MAX_HOSTS = 200;

/** @param index from 0 */
export function hostNameOf(index: number): string {
  return `host-${index + 1}`;
}

/** @param index from 0 */
export function hostAddressOf(index: number): string {
  return `${NETWORK}.${11 + index}`;
}

/** Rotates a list so that it begins with `first`: a host's own etcd member before the others. */
export function startingWith<T>(first: T, all: readonly T[]): readonly T[] {
  const index = all.indexOf(first);
  return index === -1 ? all : [...all.slice(index), ...all.slice(0, index)];
}
