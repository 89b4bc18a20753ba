import { canonicalLabel, type Labels } from '@wharf/record-schema';
import type { IndexedRecord } from './indexed-record.ts';

/** One name. It is in the tree only while it or a name below it has records, so being there is existing (RFC 8020). */
interface Node {
  /** By canonical label; undefined on a leaf, which most names are. */
  children: Map<string, Node> | undefined;
  /** Usually one at most; more when keys differ only in case. Replaced, never changed. */
  records: readonly IndexedRecord[];
}

/** What was found at and below a name. */
export interface Subtree {
  readonly records: readonly IndexedRecord[];
  /** True when there are more records than the limit, and the rest was left out. */
  readonly isCut: boolean;
}

/** A name that is one level below another. */
export interface NameBelow {
  /** What it has before the other, as a key spells it. */
  readonly label: string;
  /** One of the records at and below it. */
  readonly record: IndexedRecord;
}

/**
 * All records by name, compared without regard to case. Changes are made in place and each is a single step for
 * whoever reads: nothing awaits in between.
 */
export interface RecordIndex {
  /** How many records it holds. */
  readonly size: number;
  /** Adds the record, in the place of an earlier one with its key; returns the earlier one. */
  put(record: IndexedRecord): IndexedRecord | undefined;
  /** Removes the record of `key`, whose name is `name`; returns it, or undefined when there was none. */
  remove(name: Labels, key: string): IndexedRecord | undefined;
  /** The records at and below `name`, at most `limit`; undefined when the name does not exist. */
  collect(name: Labels, limit: number): Subtree | undefined;
  /** The names one level below `name`, at most `limit`, however much is below each. */
  listBelow(name: Labels, limit: number): readonly NameBelow[];
  /**
   * All records, one after the other while the index goes on changing: each that does not change meanwhile comes once;
   * of the others nothing is promised.
   */
  records(): Iterable<IndexedRecord>;
}

export function createRecordIndex(): RecordIndex {
  const root = createNode();
  let size = 0;

  return {
    get size() {
      return size;
    },
    put(record) {
      const node = makeNode(root, record.name);
      const earlier = node.records.find(({ key }) => key === record.key);
      node.records = [...node.records.filter((other) => other !== earlier), record];
      if (earlier === undefined) size++;
      return earlier;
    },
    remove(name, key) {
      const node = findNode(root, name);
      const record = node?.records.find((record) => record.key === key);
      if (node === undefined || record === undefined) return undefined;
      node.records = node.records.filter((other) => other !== record);
      size--;
      prune(root, name);
      return record;
    },
    collect(name, limit) {
      const node = findNode(root, name);
      return node === undefined ? undefined : collectBelow(node, limit);
    },
    listBelow(name, limit) {
      const below: NameBelow[] = [];
      for (const child of findNode(root, name)?.children?.values() ?? []) {
        if (below.length === limit) break;
        const record = firstRecord(child);
        if (record !== undefined) below.push({ label: record.name.at(-1 - name.length) ?? '', record });
      }
      return below;
    },
    records: () => recordsBelow(root),
  };
}

function createNode(): Node {
  return { children: undefined, records: [] };
}

function findNode(root: Node, name: Labels): Node | undefined {
  let node: Node | undefined = root;
  for (let at = name.length - 1; at >= 0 && node !== undefined; at--) {
    node = node.children?.get(canonicalLabel(name[at] ?? ''));
  }
  return node;
}

function makeNode(root: Node, name: Labels): Node {
  let node = root;
  for (let at = name.length - 1; at >= 0; at--) {
    const label = canonicalLabel(name[at] ?? '');
    node.children ??= new Map();
    let child = node.children.get(label);
    if (child === undefined) {
      child = createNode();
      node.children.set(label, child);
    }
    node = child;
  }
  return node;
}

/** Removes `name` and the names above it, from the bottom up, as far as they hold nothing any more. */
function prune(root: Node, name: Labels): void {
  for (let first = 0; first < name.length; first++) {
    const node = findNode(root, name.slice(first));
    if (node === undefined || node.records.length > 0 || node.children !== undefined) return;
    const parent = findNode(root, name.slice(first + 1));
    parent?.children?.delete(canonicalLabel(name[first] ?? ''));
    if (parent?.children?.size === 0) parent.children = undefined;
  }
}

function collectBelow(top: Node, limit: number): Subtree {
  const records: IndexedRecord[] = [];
  for (const record of recordsBelow(top)) {
    if (records.length === limit) return { records, isCut: true };
    records.push(record);
  }
  return { records, isCut: false };
}

/** Walks with a stack of its own: keys may have more levels than the call stack, and names more children. */
function* recordsBelow(top: Node): Generator<IndexedRecord, void> {
  const pending: Iterator<Node>[] = [[top].values()];
  for (let siblings = pending.at(-1); siblings !== undefined; siblings = pending.at(-1)) {
    const next = siblings.next();
    if (next.done === true) {
      pending.pop();
      continue;
    }
    for (const record of next.value.records) yield record;
    if (next.value.children !== undefined) pending.push(next.value.children.values());
  }
}

/** The record of a node, or of the first that has one below it: there always is one. */
function firstRecord(top: Node): IndexedRecord | undefined {
  let node: Node | undefined = top;
  while (node !== undefined && node.records.length === 0) node = node.children?.values().next().value;
  return node?.records[0];
}
