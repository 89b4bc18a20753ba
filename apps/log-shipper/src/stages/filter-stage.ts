import type { LineText } from './line-text.ts';
import type { Pattern } from './pattern.ts';
import type { DropListener, StageLink } from './stage-link.ts';

export interface FilterSettings {
  /** Only lines that match are taken. */
  readonly include: Pattern | undefined;
  /** Lines that match are left out, also such as `include` takes. */
  readonly exclude: Pattern | undefined;
}

/** Leaves lines out by what they say. */
export function createFilterStage(
  { include, exclude }: FilterSettings,
  text: LineText,
  onDropped: DropListener,
  next: StageLink,
): StageLink {
  return {
    push(line, marks, nowMs) {
      const seen = text.seen(line.bytes);
      if ((include === undefined || include.test(seen)) && exclude?.test(seen) !== true) {
        next.push(line, marks, nowMs);
        return;
      }
      onDropped('excluded', 1);
      next.drop(marks);
    },
    drop: next.drop,
  };
}
