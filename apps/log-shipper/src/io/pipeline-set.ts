import type { Container, ContainerListener } from '@wharf/docker-watcher';
import type { RoutePipeline } from './route-pipeline.ts';

/** Pipelines at work, to which others can be added, and which can be taken out, while it is running. */
export interface PipelineSet {
  /** In the order in which they were added. */
  readonly all: readonly RoutePipeline[];
  /** Hands every pipeline its containers. */
  readonly listener: Required<Pick<ContainerListener, 'onSnapshot' | 'onChange' | 'onStatus'>>;
  /** Starts those that are there, and from now on each one as it is added. Not called after `stop`. */
  start(): void;
  /** One that comes after `start` takes what is printed from now on, of containers that are there already. */
  add(pipeline: RoutePipeline): void;
  /** Takes it out and stops it; resolves when that is done. Does nothing for one that is not there. */
  remove(pipeline: RoutePipeline, giveUp: AbortSignal): Promise<void>;
  /** Stops all of them, also those that are being removed. */
  stop(giveUp: AbortSignal): Promise<void>;
}

interface Member {
  readonly pipeline: RoutePipeline;
  /** Containers that were there before it: what they printed until then is not its business. Undefined until the first snapshot. */
  existing: ReadonlySet<string> | undefined;
}

/** @param isShipped whether anything of a container is to be shipped at all */
export function createPipelineSet(isShipped: (container: Container) => boolean): PipelineSet {
  const members: Member[] = [];
  const removals = new Set<Promise<void>>();
  /** Containers as they were last seen; undefined until the first snapshot. */
  let known: Map<string, Container> | undefined;
  let isStarted = false;
  let isFollowing = false;

  const offer = ({ pipeline, existing }: Member, container: Container): void => {
    if (isShipped(container)) pipeline.consider(container, existing?.has(container.id) === true ? 'existing' : 'new');
  };
  const offerToAll = (container: Container): void => {
    known?.set(container.id, container);
    for (const member of members) offer(member, container);
  };
  const forget = (id: string): void => {
    known?.delete(id);
    for (const { pipeline } of members) pipeline.forget(id);
  };

  return {
    get all() {
      return members.map(({ pipeline }) => pipeline);
    },
    listener: {
      onSnapshot(containers) {
        known ??= new Map();
        for (const member of members) {
          if (member.existing !== undefined) continue;
          member.existing = new Set(containers.keys());
          member.pipeline.retain(member.existing);
        }
        for (const id of known.keys()) if (!containers.has(id)) forget(id);
        for (const container of containers.values()) offerToAll(container);
      },
      onChange({ id, action, container }) {
        if (container !== undefined) offerToAll(container);
        if (action === 'destroy') forget(id);
      },
      onStatus({ phase }) {
        isFollowing = phase === 'following';
        for (const { pipeline } of members) pipeline.follow(isFollowing);
      },
    },
    start() {
      isStarted = true;
      for (const { pipeline } of members) pipeline.start();
    },
    add(pipeline) {
      const member: Member = { pipeline, existing: known && new Set(known.keys()) };
      members.push(member);
      if (member.existing !== undefined) pipeline.retain(member.existing);
      if (!isStarted) return;
      pipeline.start();
      for (const container of known?.values() ?? []) offer(member, container);
      if (isFollowing) pipeline.follow(true);
    },
    async remove(pipeline, giveUp) {
      const index = members.findIndex((member) => member.pipeline === pipeline);
      if (index < 0) return;
      members.splice(index, 1);
      const removal = pipeline.stop(giveUp);
      removals.add(removal);
      await removal;
      removals.delete(removal);
    },
    async stop(giveUp) {
      await Promise.all([...members.splice(0).map(({ pipeline }) => pipeline.stop(giveUp)), ...removals]);
    },
  };
}
