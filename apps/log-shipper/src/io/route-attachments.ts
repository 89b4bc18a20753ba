import type { Clock } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { CheckpointStore } from '../checkpoints/checkpoint-store.ts';
import { firstSince } from '../containers/first-since.ts';
import { createResumePoint, type ResumePoint } from '../lines/resume-point.ts';
import type { ContainerReader } from './container-reader.ts';

/** Since when a container is known: it was there when the route began to work, or it came later. */
export type ContainerOrigin = 'existing' | 'new';

export interface AttachmentSettings {
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  /** Of containers that were there, what they printed before is shipped too. */
  readonly backlog: boolean;
  /** Of that, so many of the newest entries; undefined for all. */
  readonly tail: number | undefined;
  /** Begins to read; `onFinish` is called when the log has been read to the end of the run that started then. */
  readonly startReader: (
    container: Container,
    resume: ResumePoint,
    tail: number | undefined,
    onFinish: (startedAt: string) => void,
  ) => ContainerReader;
  /** How many containers are being read, whenever that has changed. */
  readonly onCount: (readers: number) => void;
}

/** The containers of one route, from the first time they are seen until they are removed and all of them is safe. */
export interface RouteAttachments {
  /** What comes after this is new. */
  begin(): void;
  /** Whether every container is considered soon after its start; not so until it is said. */
  follow(isFollowing: boolean): void;
  consider(container: Container, origin: ContainerOrigin): void;
  /** The container is no more: what is left of its log is read, then it is forgotten. */
  forget(id: string): void;
  isAttached(id: string): boolean;
  /** Seconds that the oldest line of each container has waited to be safe, by name; those that wait alone. */
  lags(): ReadonlyMap<string, number>;
  readonly known: number;
  readonly reading: number;
  /** Puts the checkpoints that have changed on disk. */
  save(): Promise<void>;
  /** Stops all reading. See `ContainerReader.stop`. */
  stop(isFinal: boolean): Promise<void>;
}

/** How long after its start a container may be considered at the latest while containers are followed, in nanoseconds. */
const NEWS_NANO = 30_000_000_000n;

interface Attachment {
  readonly name: string;
  readonly resume: ResumePoint;
  reader: ContainerReader | undefined;
  /** Of the run that has been read to its end. */
  finishedRun: string | undefined;
  isRemoved: boolean;
  /** Of the resume point whose checkpoint was put last. */
  savedVersion: number;
}

export function createRouteAttachments(settings: AttachmentSettings): RouteAttachments {
  const { checkpoints, clock, backlog, startReader, onCount } = settings;
  const attachments = new Map<string, Attachment>();
  let beginNano = 0n;
  let isFollowing = false;
  /** All that started before has been considered. */
  let seenNano = 0n;
  let reading = 0;

  const count = (change: number): void => {
    reading += change;
    onCount(reading);
  };
  const read = (container: Container, attachment: Attachment, tail: number | undefined): void => {
    attachment.reader = startReader(container, attachment.resume, tail, (startedAt) => {
      attachment.reader = undefined;
      attachment.finishedRun = startedAt;
      count(-1);
    });
    count(1);
  };
  /** Where the log of a container begins of which there is no checkpoint; undefined when it is not read at all. */
  const firstOf = ({ state }: Container, origin: ContainerOrigin): FirstReading | undefined => {
    const { aliveNano } = checkpoints;
    const isNew = origin === 'new' || (backlog && aliveNano === undefined);
    const first = firstSince(state, isNew ? undefined : (aliveNano ?? beginNano));
    return first && { since: first.since, tail: isNew && origin === 'existing' ? settings.tail : undefined };
  };
  const attach = (container: Container, origin: ContainerOrigin): void => {
    const { id, name } = container;
    const checkpoint = checkpoints.get(id);
    const first = checkpoint ?? firstOf(container, origin);
    if (first === undefined) return;
    const resume = createResumePoint(checkpoint ?? { since: first.since, known: [] });
    const attachment = { name, resume, reader: undefined, finishedRun: undefined, isRemoved: false, savedVersion: -1 };
    attachments.set(id, attachment);
    read(container, attachment, 'tail' in first ? first.tail : undefined);
  };
  const nowNano = (): bigint => BigInt(Math.floor(clock.wallMs())) * 1_000_000n;
  /**
   * Of a container without a checkpoint only what came later is read after a restart. So this must not be the time of
   * the last breath: a container that came and went while the engine was out of sight is still to be read.
   */
  const noteSeen = (): void => {
    const nano = nowNano() - NEWS_NANO;
    if (isFollowing && nano > seenNano) seenNano = nano;
  };

  return {
    begin() {
      beginNano = nowNano();
      seenNano = checkpoints.aliveNano ?? beginNano;
    },
    follow(next) {
      noteSeen();
      isFollowing = next;
    },
    consider(container, origin) {
      const attachment = attachments.get(container.id);
      if (attachment === undefined) attach(container, origin);
      else if (attachment.reader !== undefined) attachment.reader.update(container);
      else if (attachment.finishedRun !== container.state.startedAt) read(container, attachment, undefined);
    },
    forget(id) {
      const attachment = attachments.get(id);
      if (attachment === undefined) return;
      attachment.isRemoved = true;
      attachment.reader?.keepOpen();
    },
    isAttached: (id) => attachments.get(id)?.reader !== undefined,
    lags() {
      const nowMs = clock.wallMs();
      const waiting = [...attachments.values()].flatMap(({ name, resume: { oldestUnsafe } }) =>
        oldestUnsafe === undefined ? [] : [[name, Math.max(0, nowMs - Date.parse(oldestUnsafe)) / 1_000] as const],
      );
      return new Map(waiting);
    },
    get known() {
      return attachments.size;
    },
    get reading() {
      return reading;
    },
    async save() {
      for (const [id, attachment] of attachments) {
        const { resume, reader, isRemoved } = attachment;
        if (isRemoved && reader === undefined && resume.oldestUnsafe === undefined) {
          attachments.delete(id);
          checkpoints.remove(id);
        } else if (resume.version !== attachment.savedVersion) {
          attachment.savedVersion = resume.version;
          checkpoints.put(id, resume.checkpoint());
        }
      }
      noteSeen();
      await checkpoints.flush(seenNano);
    },
    async stop(isFinal) {
      await Promise.all([...attachments.values()].map(async ({ reader }) => reader?.stop(isFinal)));
    },
  };
}

interface FirstReading {
  readonly since: string | undefined;
  readonly tail: number | undefined;
}
