/** One node, as a number; it stays the same while the node is in use, and is used again afterwards. */
export type NodeId = number;

/** The node that is none. */
export const NO_NODE: NodeId = 0;

/** Changes when what it stands for may have changed. */
export interface Stamp {
  readonly version: number;
}

/**
 * Memory for nodes that never move: each has six words of 32 bits, which mean what its user says, and a version. There is
 * always room for the first two, `NO_NODE` and the one after it.
 */
export interface NodeMemory {
  /** Above all nodes that there are. */
  readonly end: NodeId;
  /** A node that is not in use, whatever its words hold; its version is what it was. */
  allocate(): NodeId;
  release(node: NodeId): void;
  readonly get: (node: NodeId, word: number) => number;
  readonly set: (node: NodeId, word: number, value: number) => void;
  setVersion(node: NodeId, version: number): void;
  stampOf(node: NodeId): Stamp;
}

/** Nodes are kept in chunks, which never move, of so many. */
const CHUNK_BITS = 12;
const CHUNK_NODES = 1 << CHUNK_BITS;

/** A node is 8 words of 32 bits, one line of most processors' caches for two; the last two are its version, a double. */
const NODE_BITS = 3;
/** In doubles from the beginning of the node. */
const VERSION = 3;
/** In a node that is not in use, the word that names the next one. */
const NEXT_UNUSED = 0;

interface NodeChunk {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
}

const NO_CHUNK: NodeChunk = { words: new Int32Array(0), doubles: new Float64Array(0) };

/** Reads through to the node, whose place never moves: it costs nothing to keep, or to forget. */
class NodeStamp implements Stamp {
  readonly #doubles: Float64Array;
  readonly #at: number;

  constructor(doubles: Float64Array, at: number) {
    this.#doubles = doubles;
    this.#at = at;
  }

  get version(): number {
    return this.#doubles[this.#at] ?? 0;
  }
}

export function createNodeMemory(): NodeMemory {
  const chunks: NodeChunk[] = [createChunk()];
  let end = NO_NODE + 1;
  let unused = NO_NODE;

  const chunkOf = (node: NodeId): NodeChunk => chunks[node >>> CHUNK_BITS] ?? NO_CHUNK;
  const get = (node: NodeId, word: number): number =>
    chunkOf(node).words[((node & (CHUNK_NODES - 1)) << NODE_BITS) + word] ?? 0;
  const set = (node: NodeId, word: number, value: number): void => {
    chunkOf(node).words[((node & (CHUNK_NODES - 1)) << NODE_BITS) + word] = value;
  };
  const versionAt = (node: NodeId): number => ((node & (CHUNK_NODES - 1)) << (NODE_BITS - 1)) + VERSION;

  return {
    get end() {
      return end;
    },
    get,
    set,
    allocate() {
      const node = unused;
      if (node !== NO_NODE) {
        unused = get(node, NEXT_UNUSED);
        return node;
      }
      if (end >>> CHUNK_BITS === chunks.length) chunks.push(createChunk());
      return end++;
    },
    release(node) {
      set(node, NEXT_UNUSED, unused);
      unused = node;
    },
    setVersion(node, version) {
      chunkOf(node).doubles[versionAt(node)] = version;
    },
    stampOf: (node) => new NodeStamp(chunkOf(node).doubles, versionAt(node)),
  };
}

function createChunk(): NodeChunk {
  const memory = new ArrayBuffer((CHUNK_NODES << NODE_BITS) * Int32Array.BYTES_PER_ELEMENT);
  return { words: new Int32Array(memory), doubles: new Float64Array(memory) };
}
