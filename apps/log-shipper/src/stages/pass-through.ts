import type { LineSink, LineStage } from './line-stage.ts';

/** The stage of a route that asks for none. */
export function passThrough(sink: LineSink): LineStage {
  return {
    push: sink,
    tick: () => undefined,
    dueAtMs: undefined,
    flush: () => undefined,
    rewind: () => undefined,
  };
}
