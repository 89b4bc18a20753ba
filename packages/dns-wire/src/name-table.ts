import type { Name } from './message.ts';

/** A pointer has 14 bits (RFC 1035 section 4.1.4). */
const MAX_POINTER = 0x3fff;

/** Where the end of a name, from one label on, has been written. */
interface Suffix {
  /** Offset of its first label, or -1 when it is not, or no longer, in the packet where a pointer can reach it. */
  offset: number;
  /** Octets of the whole suffix on the wire, uncompressed. */
  octets: number;
  children: Map<string, Suffix> | undefined;
}

/** What a name shares with those before it: its labels from `index` on, of `octets` octets, are at `offset`. */
export interface SharedSuffix {
  readonly index: number;
  readonly offset: number;
  readonly octets: number;
}

/**
 * The names of one packet, as a tree from the root on, for compression. Only labels spelled alike are shared, so that
 * a name keeps its case.
 */
export interface NameTable {
  /** The longest end of `name` that a pointer can stand for; undefined when there is none. */
  find(name: Name): SharedSuffix | undefined;
  /**
   * Remembers a name that was written, of `octets` octets when whole.
   * @param starts offsets of its first labels; those after them have been replaced by a pointer
   */
  add(name: Name, starts: readonly number[], octets: number): void;
  /** Forgets the names that were added at `offset` and after. */
  forgetFrom(offset: number): void;
}

export function createNameTable(): NameTable {
  const root: Suffix = { offset: -1, octets: 1, children: undefined };
  const added: Suffix[] = [];

  return {
    find(name) {
      let suffix = root;
      let found: SharedSuffix | undefined;
      for (let index = name.length - 1; index >= 0; index--) {
        const child = suffix.children?.get(name[index] ?? '');
        if (child === undefined) break;
        if (child.offset >= 0) found = { index, offset: child.offset, octets: child.octets };
        suffix = child;
      }
      return found;
    },
    add(name, starts, octets) {
      const first = starts[0] ?? 0;
      let suffix = root;
      for (let index = name.length - 1; index >= 0; index--) {
        suffix = childOf(suffix, name[index] ?? '');
        const start = starts[index] ?? MAX_POINTER + 1;
        if (start > MAX_POINTER || suffix.offset >= 0) continue;
        suffix.offset = start;
        suffix.octets = octets - (start - first);
        added.push(suffix);
      }
    },
    forgetFrom(offset) {
      for (let last = added.at(-1); last !== undefined && last.offset >= offset; last = added.at(-1)) {
        last.offset = -1;
        added.pop();
      }
    },
  };
}

function childOf(suffix: Suffix, label: string): Suffix {
  suffix.children ??= new Map();
  let child = suffix.children.get(label);
  if (child === undefined) {
    child = { offset: -1, octets: 0, children: undefined };
    suffix.children.set(label, child);
  }
  return child;
}
