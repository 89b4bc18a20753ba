import type { Checkpoint } from '../lines/resume-point.ts';
import { RECORD_HEAD } from '../spool/checked-record.ts';
import { parseCheckpointRecord } from './checkpoint-record.ts';

/** What a journal holds, as records: a checkpoint is parsed only when it is asked for. */
export interface Journal {
  readonly aliveNano: bigint | undefined;
  /** Of all containers that have a checkpoint. */
  readonly ids: Iterable<string>;
  /** Of all checkpoints, put longest ago first. */
  readonly records: Iterable<Buffer>;
  /** What those take. */
  readonly bytes: number;
  /** How many containers have changed since `takeChanges`. */
  readonly changes: number;
  /** Takes over a record that was read; false when it is none. */
  load(record: Buffer): boolean;
  get(id: string): Checkpoint | undefined;
  put(id: string, record: Buffer): void;
  remove(id: string, record: Buffer): void;
  /** By container, the record of its last change. */
  takeChanges(): ReadonlyMap<string, Buffer>;
  /** They could not be written; those of containers that have changed again are out of date. */
  giveBack(changes: ReadonlyMap<string, Buffer>): void;
}

export function createJournal(entryLimit: number): Journal {
  const live = new Map<string, Buffer>();
  let changes = new Map<string, Buffer>();
  let bytes = 0;
  let aliveNano: bigint | undefined;

  const forget = (id: string): void => {
    bytes -= live.get(id)?.length ?? 0;
    live.delete(id);
  };
  const keep = (id: string, record: Buffer): void => {
    forget(id);
    live.set(id, record);
    bytes += record.length;
    const [oldest] = live.keys();
    if (live.size > entryLimit && oldest !== undefined) forget(oldest);
  };

  return {
    get aliveNano() {
      return aliveNano;
    },
    get ids() {
      return live.keys();
    },
    get records() {
      return live.values();
    },
    get bytes() {
      return bytes;
    },
    get changes() {
      return changes.size;
    },
    load(record) {
      const parsed = parseCheckpointRecord(record.subarray(RECORD_HEAD));
      if (parsed === undefined) return false;
      if (parsed.kind === 'alive') ({ aliveNano } = parsed);
      else if (parsed.kind === 'remove') forget(parsed.id);
      else keep(parsed.id, Buffer.from(record));
      return true;
    },
    get(id) {
      const record = live.get(id);
      const parsed = record && parseCheckpointRecord(record.subarray(RECORD_HEAD));
      return parsed?.kind === 'put' ? parsed.checkpoint : undefined;
    },
    put(id, record) {
      keep(id, record);
      changes.set(id, record);
    },
    remove(id, record) {
      if (!live.has(id)) return;
      forget(id);
      changes.set(id, record);
    },
    takeChanges() {
      const taken = changes;
      changes = new Map();
      return taken;
    },
    giveBack(failed) {
      changes = new Map([...failed, ...changes]);
    },
  };
}
