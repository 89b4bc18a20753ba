import type { Container } from '@wharf/docker-watcher';

/** Which containers use the network of another one: they are reached at the other's address, and change with it. */
export interface NetworkSharers {
  /** To be told of every container that is there, changed or gone. */
  note(id: string, container: Container | undefined): void;
  /** The container whose network this one uses, if it does and the other one is there. */
  linkedTo(container: Container): Container | undefined;
  /** IDs of those that use the network of a container, as it was or as it is. */
  of(...containers: readonly (Container | undefined)[]): readonly string[];
  all(): readonly string[];
}

/** @param containers all that are there, by ID; kept by the caller */
export function createNetworkSharers(containers: ReadonlyMap<string, Container>): NetworkSharers {
  /** The ID or name of the other container, for each that uses another's network: few, among many that do not. */
  const targets = new Map<string, string>();
  return {
    note(id, container) {
      const target = container === undefined ? undefined : targetOf(container);
      if (target === undefined) targets.delete(id);
      else targets.set(id, target);
    },
    linkedTo(container) {
      const target = targetOf(container);
      if (target === undefined) return undefined;
      return containers.get(target) ?? containers.values().find(({ name }) => name === target);
    },
    of(...others) {
      const names = new Set(others.flatMap((other) => (other === undefined ? [] : [other.id, other.name])));
      return [...targets].filter(([, target]) => names.has(target)).map(([id]) => id);
    },
    all: () => [...targets.keys()],
  };
}

/** Engines write the other's ID; whoever makes containers by other means may write its name. */
function targetOf({ networkMode }: Container): string | undefined {
  return /^container:(.+)$/.exec(networkMode)?.[1];
}
