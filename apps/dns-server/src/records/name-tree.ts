import { decodeUtf8, type Labels } from '@wharf/record-schema';
import { createLabelBuffer, writeCanonicalOctets } from './canonical-octets.ts';
import { createHashTable } from './hash-table.ts';
import { hashLabel } from './name-hash.ts';
import { type BlockRef, type OctetArena, startOf } from './octet-arena.ts';

/** One name of the tree, as a number; it stays the same while the name exists, and is used again afterwards. */
export type NodeId = number;

/** The node that is none. */
export const NO_NODE: NodeId = 0;

/** The node of the root of all names, which always exists. */
export const ROOT_NODE: NodeId = 1;

/** Changes when what it stands for may have changed. */
export interface Stamp {
  readonly version: number;
}

/**
 * Names that exist, compared without regard to case, in memory that the garbage collector need not look at. Every name
 * holds one number, the block of its records, and a name that has neither records nor names below it is to be pruned.
 */
export interface NameTree {
  /** Above all nodes that there are. */
  readonly end: NodeId;
  /** `NO_NODE` when the name does not exist. */
  find(name: Labels): NodeId;
  /** The node of `name`, or of the closest name above it that exists. */
  findClosest(name: Labels): NodeId;
  /**
   * The node of `name`, which exists from now on, as do the names above it.
   * @throws Error for a label that no packet can carry
   */
  make(name: Labels): NodeId;
  /** Takes away the name, if it holds nothing, and the names above it that hold nothing then. */
  prune(node: NodeId): void;
  /** Raises the versions of the node and of all above it. */
  raise(node: NodeId): void;
  /** What a change at or below the node, which need not have records, gives another version. */
  stampOf(node: NodeId): Stamp;
  /** False when there surely is no name with this hash. */
  mayExist(hash: number): boolean;
  records(node: NodeId): BlockRef;
  setRecords(node: NodeId, records: BlockRef): void;
  parent(node: NodeId): NodeId;
  firstChild(node: NodeId): NodeId;
  nextSibling(node: NodeId): NodeId;
  /** The first label of the node's name, in lower case; the root has none. */
  labelOf(node: NodeId): string;
  /** The labels of the node's name, in lower case. */
  nameOf(node: NodeId): Labels;
}

/** Nodes are kept in chunks, which never move, of so many. */
const CHUNK_BITS = 12;
const CHUNK_NODES = 1 << CHUNK_BITS;

/** A node is 8 words of 32 bits, one line of most processors' caches for two; its version is a double. */
const NODE_BITS = 3;
const PARENT = 0;
const FIRST_CHILD = 1;
/** `NO_NODE` at the last of the children. In an unused node, the next one. */
const NEXT_SIBLING = 2;
/** At the first of the children, the last one. */
const PREVIOUS_SIBLING = 3;
const RECORDS = 4;
const LABEL = 5;
/** In doubles from the beginning of the node. */
const VERSION = 3;

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

/** @param seed the hash of the root: see `hashLabel` */
export function createNameTree(arena: OctetArena, seed: number): NameTree {
  const chunks: NodeChunk[] = [];
  const table = createHashTable();
  let end = ROOT_NODE;
  let unused = NO_NODE;
  let changes = 0;
  /** The label that is looked for. */
  const asked = createLabelBuffer();
  let askedLength = 0;
  let askedParent = NO_NODE;

  const chunkOf = (node: NodeId): NodeChunk => chunks[node >>> CHUNK_BITS] ?? NO_CHUNK;
  const get = (node: NodeId, field: number): number =>
    chunkOf(node).words[((node & (CHUNK_NODES - 1)) << NODE_BITS) + field] ?? 0;
  const set = (node: NodeId, field: number, value: number): void => {
    chunkOf(node).words[((node & (CHUNK_NODES - 1)) << NODE_BITS) + field] = value;
  };
  const versionAt = (node: NodeId): number => ((node & (CHUNK_NODES - 1)) << (NODE_BITS - 1)) + VERSION;

  const addNode = (): NodeId => {
    const node = unused;
    if (node !== NO_NODE) {
      unused = get(node, NEXT_SIBLING);
      return node;
    }
    if (end >>> CHUNK_BITS === chunks.length) chunks.push(createChunk());
    return end++;
  };

  const isAsked = (node: NodeId): boolean => {
    if (get(node, PARENT) !== askedParent) return false;
    const label = get(node, LABEL);
    const { octets } = arena.chunkOf(label);
    const start = startOf(label);
    if (octets[start] !== askedLength) return false;
    for (let at = 0; at < askedLength; at++) if (octets[start + 1 + at] !== asked[at]) return false;
    return true;
  };

  const ask = (parent: NodeId, label: string): void => {
    askedParent = parent;
    askedLength = writeCanonicalOctets(label, asked);
  };

  /** Adds the name that was asked for as the last one below its parent. */
  const addAsked = (hash: number): NodeId => {
    const node = addNode();
    const label = arena.allocate(1 + askedLength);
    const { octets } = arena.chunkOf(label);
    const start = startOf(label);
    octets[start] = askedLength;
    for (let at = 0; at < askedLength; at++) octets[start + 1 + at] = asked[at] ?? 0;
    set(node, LABEL, label);
    set(node, PARENT, askedParent);
    set(node, FIRST_CHILD, NO_NODE);
    set(node, NEXT_SIBLING, NO_NODE);
    set(node, RECORDS, 0);
    const first = get(askedParent, FIRST_CHILD);
    if (first === NO_NODE) {
      set(askedParent, FIRST_CHILD, node);
      set(node, PREVIOUS_SIBLING, node);
    } else {
      const last = get(first, PREVIOUS_SIBLING);
      set(last, NEXT_SIBLING, node);
      set(node, PREVIOUS_SIBLING, last);
      set(first, PREVIOUS_SIBLING, node);
    }
    table.add(hash, node);
    return node;
  };

  const hashOf = (node: NodeId): number => {
    if (node === ROOT_NODE) return seed;
    const label = get(node, LABEL);
    const { octets } = arena.chunkOf(label);
    const start = startOf(label) + 1;
    return hashLabel(hashOf(get(node, PARENT)), octets, start, start + (octets[start - 1] ?? 0));
  };

  /** Takes a name without names below it out of the tree. */
  const removeNode = (node: NodeId): void => {
    table.remove(hashOf(node), node);
    const parent = get(node, PARENT);
    const next = get(node, NEXT_SIBLING);
    const previous = get(node, PREVIOUS_SIBLING);
    const first = get(parent, FIRST_CHILD);
    if (first === node) set(parent, FIRST_CHILD, next);
    else set(previous, NEXT_SIBLING, next);
    if (next !== NO_NODE) set(next, PREVIOUS_SIBLING, previous);
    else if (first !== node) set(first, PREVIOUS_SIBLING, previous);
    const label = get(node, LABEL);
    arena.release(label, 1 + (arena.chunkOf(label).octets[startOf(label)] ?? 0));
    set(node, NEXT_SIBLING, unused);
    unused = node;
  };

  const labelOf = (node: NodeId): string => {
    const label = get(node, LABEL);
    const { octets } = arena.chunkOf(label);
    const start = startOf(label) + 1;
    return textOf(octets, start, start + (octets[start - 1] ?? 0));
  };

  /** Goes down from the root along `name`, as far as `step` finds a node. */
  const descend = (name: Labels, step: (hash: number, label: string) => NodeId): { node: NodeId; isWhole: boolean } => {
    let node = ROOT_NODE;
    let hash = seed;
    for (let at = name.length - 1; at >= 0; at--) {
      const label = name[at] ?? '';
      ask(node, label);
      hash = hashLabel(hash, asked, 0, askedLength);
      const next = step(hash, label);
      if (next === NO_NODE) return { node, isWhole: false };
      node = next;
    }
    return { node, isWhole: true };
  };
  const findAsked = (hash: number): NodeId => table.find(hash, isAsked);
  const findOrAddAsked = (hash: number, label: string): NodeId => {
    if (askedLength === 0) throw new Error(`the label ${JSON.stringify(label)} fits into no name`);
    return findAsked(hash) || addAsked(hash);
  };

  chunks.push(createChunk());
  end = ROOT_NODE + 1;
  table.add(seed, ROOT_NODE);

  return {
    get end() {
      return end;
    },
    find(name) {
      const { node, isWhole } = descend(name, findAsked);
      return isWhole ? node : NO_NODE;
    },
    findClosest: (name) => descend(name, findAsked).node,
    make: (name) => descend(name, findOrAddAsked).node,
    prune(node) {
      for (let empty = node; empty !== ROOT_NODE; ) {
        if (get(empty, RECORDS) !== 0 || get(empty, FIRST_CHILD) !== NO_NODE) return;
        const parent = get(empty, PARENT);
        removeNode(empty);
        empty = parent;
      }
    },
    raise(node) {
      changes++;
      for (let raised = node; raised !== NO_NODE; raised = get(raised, PARENT)) {
        chunkOf(raised).doubles[versionAt(raised)] = changes;
      }
    },
    stampOf: (node) => new NodeStamp(chunkOf(node).doubles, versionAt(node)),
    mayExist: (hash) => table.has(hash),
    records: (node) => get(node, RECORDS),
    setRecords: (node, records) => set(node, RECORDS, records),
    parent: (node) => get(node, PARENT),
    firstChild: (node) => get(node, FIRST_CHILD),
    nextSibling: (node) => get(node, NEXT_SIBLING),
    labelOf,
    nameOf(node) {
      const labels: string[] = [];
      for (let each = node; each !== ROOT_NODE; each = get(each, PARENT)) labels.push(labelOf(each));
      return labels;
    },
  };
}

function createChunk(): NodeChunk {
  const memory = new ArrayBuffer((CHUNK_NODES << NODE_BITS) * Int32Array.BYTES_PER_ELEMENT);
  return { words: new Int32Array(memory), doubles: new Float64Array(memory) };
}

function textOf(octets: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if ((octets[at] ?? 0) >= 0x80) return decodeUtf8([...octets.subarray(start, end)]);
  }
  return octets.toString('latin1', start, end);
}
