import type { LeaseId } from '@wharf/etcd-client';
import { canonicalLabel, keyPrefixOf, type Labels } from '@wharf/record-schema';
import { type IndexedRecord, nameOfKey, parseEntry, type StoredRecord } from './indexed-record.ts';
import type { LeaseUse } from './lease-table.ts';
import { createNameTree, ROOT_NODE } from './name-tree.ts';
import { NO_NODE, type NodeId, type Stamp } from './node-memory.ts';
import { type BlockRef, createOctetArena } from './octet-arena.ts';
import { createRecordBlocks } from './record-blocks.ts';

export type { Stamp } from './node-memory.ts';

export interface RecordIndexOptions {
  /** Path of the records in the store: `skydns`. */
  readonly prefix: string;
  /** 32 random bits that the names' hashes begin with: see `hashLabel`. */
  readonly nameSeed: number;
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
 * All records by name, compared without regard to case. A name exists while it or a name below it has records (RFC
 * 8020). Changes are made in place and each is a single step for whoever reads: nothing awaits in between.
 *
 * A record is kept as its octets, outside of the JavaScript heap, and parsed when it is asked for, but for those that
 * were asked for last: millions of objects would take several times the memory, and hold up everything while the garbage
 * collector looks at them. What
 * was removed leaves room that only this index uses again.
 */
export interface RecordIndex {
  /** How many records it holds. */
  readonly size: number;
  /** The leases that they hang on. */
  readonly leases: ReadonlyMap<LeaseId, LeaseUse>;
  /**
   * Adds the record, in the place of an earlier one with its key.
   * @param name what `nameOfKey` says of its key
   * @param record one that `parseEntry` takes
   */
  put(name: Labels, record: StoredRecord): void;
  /** Removes the record of `key`, whose name is `name`; false when there was none. */
  remove(name: Labels, key: string): boolean;
  /** The record of `key`, whose name is `name`. */
  get(name: Labels, key: string): IndexedRecord | undefined;
  /** The records of `name` itself, at most `limit`; undefined when the name does not exist. */
  own(name: Labels, limit: number): readonly IndexedRecord[] | undefined;
  /** The records at and below `name`, at most `limit`; undefined when the name does not exist. */
  collect(name: Labels, limit: number): Subtree | undefined;
  /** The names one level below `name`, at most `limit`, however much is below each. */
  listBelow(name: Labels, limit: number): readonly NameBelow[];
  /** Their first labels in lower case, without a look at any record. */
  labelsBelow(name: Labels, limit: number): readonly string[];
  /**
   * All records, one after the other while the index goes on changing: each that does not change meanwhile comes once;
   * of the others nothing is promised.
   */
  records(): Iterable<IndexedRecord>;
  /**
   * What tells whether anything that was found at or below `name`, or that nothing was, may be otherwise now: as long as
   * its version is the same, nothing is. It goes by the closest name that exists, so that a change of a neighbour counts
   * where `name` does not. Stamps are of one index: they know nothing of one that took its place.
   */
  stampOf(name: Labels): Stamp;
  /** False when there surely is no name with this hash, which begins with `nameSeed`. */
  mayExist(hash: number): boolean;
}

/** Parsed records that are kept, of some 500 octets each. */
const MAX_PARSED = 4_096;

export function createRecordIndex({ prefix, nameSeed }: RecordIndexOptions): RecordIndex {
  const arena = createOctetArena();
  const tree = createNameTree(arena, nameSeed | 0);
  const blocks = createRecordBlocks(arena);
  let size = 0;

  const keyStart = keyPrefixOf(prefix, []);
  if (!keyStart.ok) throw new Error(`the path ${prefix} cannot hold records: ${keyStart.error}`);
  /** The key as a block has it: undefined when the name in lower case says it already. */
  const ownKeyOf = (name: Labels, key: string): string | undefined =>
    saysKey(name, keyStart.value.length, key) ? undefined : key;

  const findBlock = (node: NodeId, ownKey: string | undefined): BlockRef => {
    let block = tree.records(node);
    while (block !== 0 && blocks.keyOf(block) !== ownKey) block = blocks.next(block);
    return block;
  };

  /** What answers used last: the same client asks for A, AAAA and SRV, and SRV asks for the addresses of its targets. */
  const parsed = new Map<BlockRef, IndexedRecord>();
  const keepParsed = (block: BlockRef, record: IndexedRecord): void => {
    if (parsed.size === MAX_PARSED) parsed.clear();
    parsed.set(block, record);
  };

  const removeBlock = (node: NodeId, block: BlockRef): void => {
    parsed.delete(block);
    tree.setRecords(node, blocks.remove(block, tree.records(node)));
    size--;
  };

  /**
   * Reads blocks, of which many are of neighbours: what is above these is read once. To be forgotten before the index
   * changes.
   */
  const createReader = (): ((node: NodeId, block: BlockRef) => IndexedRecord) => {
    let parent = NO_NODE;
    let above: Labels = [];
    let path = '';
    const ownKey = (node: NodeId): { readonly name: Labels; readonly key: string } => {
      if (tree.parent(node) !== parent) {
        parent = tree.parent(node);
        above = tree.nameOf(parent);
        path = [keyStart.value, ...above.toReversed().map((label) => `${label}/`)].join('');
      }
      const label = tree.labelOf(node);
      return { name: [label, ...above], key: path + label };
    };
    return (node, block) => {
      const { key: written, value, lease } = blocks.read(block);
      const { name, key } =
        written === undefined ? ownKey(node) : { name: nameOfKey(prefix, written) ?? [], key: written };
      const record = parseEntry(name, { key, value, lease });
      if (!record.ok) throw new Error(`a record was kept that cannot be read: ${record.error}`);
      return record.value;
    };
  };

  /** Reads what an answer asks for. To be forgotten like `createReader`'s. */
  const createAnswerReader = (): ((node: NodeId, block: BlockRef) => IndexedRecord) => {
    const read = createReader();
    return (node, block) => {
      const known = parsed.get(block);
      if (known !== undefined) return known;
      const record = read(node, block);
      keepParsed(block, record);
      return record;
    };
  };

  const recordsOf = (
    node: NodeId,
    limit: number,
    read: (node: NodeId, block: BlockRef) => IndexedRecord,
  ): IndexedRecord[] => {
    const records: IndexedRecord[] = [];
    for (let block = tree.records(node); block !== 0 && records.length < limit; block = blocks.next(block)) {
      records.push(read(node, block));
    }
    return records;
  };

  /** The node after `node` among those at and below `top`: names below a name come before its neighbours. */
  const nextWithin = (top: NodeId, node: NodeId): NodeId => {
    const child = tree.firstChild(node);
    if (child !== NO_NODE) return child;
    for (let above = node; above !== top; above = tree.parent(above)) {
      const sibling = tree.nextSibling(above);
      if (sibling !== NO_NODE) return sibling;
    }
    return NO_NODE;
  };

  return {
    get size() {
      return size;
    },
    leases: blocks.leases,
    put(name, record) {
      const node = tree.make(name);
      const key = ownKeyOf(name, record.key);
      const earlier = findBlock(node, key);
      if (earlier !== 0) removeBlock(node, earlier);
      tree.setRecords(node, blocks.add({ ...record, key }, tree.records(node)));
      size++;
      tree.raise(node);
    },
    remove(name, key) {
      const node = tree.find(name);
      const block = node === NO_NODE ? 0 : findBlock(node, ownKeyOf(name, key));
      if (block === 0) return false;
      removeBlock(node, block);
      tree.raise(node);
      tree.prune(node);
      return true;
    },
    get(name, key) {
      const node = tree.find(name);
      const block = node === NO_NODE ? 0 : findBlock(node, ownKeyOf(name, key));
      return block === 0 ? undefined : createAnswerReader()(node, block);
    },
    own(name, limit) {
      const node = tree.find(name);
      return node === NO_NODE ? undefined : recordsOf(node, limit, createAnswerReader());
    },
    collect(name, limit) {
      const top = tree.find(name);
      if (top === NO_NODE) return undefined;
      const read = createAnswerReader();
      const records: IndexedRecord[] = [];
      for (let node = top; node !== NO_NODE; node = nextWithin(top, node)) {
        for (let block = tree.records(node); block !== 0; block = blocks.next(block)) {
          if (records.length === limit) return { records, isCut: true };
          records.push(read(node, block));
        }
      }
      return { records, isCut: false };
    },
    listBelow(name, limit) {
      const top = tree.find(name);
      const read = createAnswerReader();
      const below: NameBelow[] = [];
      if (top === NO_NODE) return below;
      for (let child = tree.firstChild(top); child !== NO_NODE; child = tree.nextSibling(child)) {
        if (below.length === limit) break;
        let node = child;
        while (tree.records(node) === 0) node = tree.firstChild(node);
        const record = read(node, tree.records(node));
        below.push({ label: record.name.at(-1 - name.length) ?? '', record });
      }
      return below;
    },
    labelsBelow(name, limit) {
      const top = tree.find(name);
      const labels: string[] = [];
      if (top === NO_NODE) return labels;
      for (let child = tree.firstChild(top); child !== NO_NODE; child = tree.nextSibling(child)) {
        if (labels.length === limit) break;
        labels.push(tree.labelOf(child));
      }
      return labels;
    },
    // Nodes stay where they are: walking over their places misses none, and sees none twice, whatever comes and goes.
    *records() {
      const { end } = tree;
      for (let node = ROOT_NODE; node < end; node++) {
        yield* recordsOf(node, Number.POSITIVE_INFINITY, createReader());
      }
    },
    stampOf: (name) => tree.stampOf(tree.findClosest(name)),
    mayExist: (hash) => tree.mayExist(hash),
  };
}

/** Whether the labels in lower case, in the order of a path, are the key from `start` on. */
function saysKey(name: Labels, start: number, key: string): boolean {
  let at = start;
  for (let level = name.length - 1; level >= 0; level--) {
    const label = name[level] ?? '';
    if (!key.startsWith(label, at) || canonicalLabel(label) !== label) return false;
    at += label.length;
    if (level > 0 && key[at++] !== '/') return false;
  }
  return at === key.length;
}
