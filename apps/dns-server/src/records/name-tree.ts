import { decodeUtf8, type Labels } from '@wharf/record-schema';
import { createLabelBuffer, writeCanonicalOctets } from './canonical-octets.ts';
import { createHashTable } from './hash-table.ts';
import { hashLabel } from './name-hash.ts';
import { createNodeMemory, NO_NODE, type NodeId, type Stamp } from './node-memory.ts';
import { type BlockRef, type OctetArena, startOf } from './octet-arena.ts';

/** The node of the root of all names, which always exists. */
export const ROOT_NODE: NodeId = 1;

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

/** What the words of a node are. */
const PARENT = 0;
const FIRST_CHILD = 1;
/** `NO_NODE` at the last of the children. */
const NEXT_SIBLING = 2;
/** At the first of the children, the last one. */
const PREVIOUS_SIBLING = 3;
const RECORDS = 4;
const LABEL = 5;

/** @param seed the hash of the root: see `hashLabel` */
export function createNameTree(arena: OctetArena, seed: number): NameTree {
  const nodes = createNodeMemory();
  const { get, set } = nodes;
  const table = createHashTable();
  let changes = 0;
  /** The label that is looked for. */
  const asked = createLabelBuffer();
  let askedLength = 0;
  let askedParent = NO_NODE;

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
    const node = nodes.allocate();
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
    nodes.release(node);
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

  table.add(seed, nodes.allocate());

  return {
    get end() {
      return nodes.end;
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
        nodes.setVersion(raised, changes);
      }
    },
    stampOf: (node) => nodes.stampOf(node),
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

function textOf(octets: Buffer, start: number, end: number): string {
  for (let at = start; at < end; at++) {
    if ((octets[at] ?? 0) >= 0x80) return decodeUtf8([...octets.subarray(start, end)]);
  }
  return octets.toString('latin1', start, end);
}
