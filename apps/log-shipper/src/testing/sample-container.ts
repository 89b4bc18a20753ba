import type { Container, ContainerState } from '@wharf/docker-watcher';

/** A running container; what a test is about is given. */
export function sampleContainer(
  given: Partial<Omit<Container, 'state'>> & { readonly state?: Partial<ContainerState> } = {},
): Container {
  return {
    id: '0123456789abcdef'.repeat(4),
    name: 'web',
    image: 'web:1',
    hostname: '0123456789ab',
    environment: new Map(),
    labels: new Map(),
    tty: false,
    networkMode: 'bridge',
    networks: [],
    ports: [],
    logDriver: 'json-file',
    stopSignal: 15,
    ...given,
    state: {
      running: true,
      paused: false,
      restarting: false,
      pid: 77,
      exitCode: 0,
      startedAt: '2026-02-03T04:05:06.5Z',
      finishedAt: '0001-01-01T00:00:00Z',
      health: 'none',
      ...given.state,
    },
  };
}
