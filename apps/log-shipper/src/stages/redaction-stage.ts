import type { LineText } from './line-text.ts';
import { redactBytes } from './redact-bytes.ts';
import type { Redaction } from './redaction.ts';
import type { StageLink } from './stage-link.ts';

/** Hides parts of lines; each rule sees what the ones before it have left. */
export function createRedactionStage(redactions: readonly Redaction[], text: LineText, next: StageLink): StageLink {
  return {
    push(line, marks, nowMs) {
      let { bytes } = line;
      for (const redaction of redactions) bytes = redactBytes(bytes, text.whole(bytes), redaction);
      next.push(bytes === line.bytes ? line : { ...line, bytes }, marks, nowMs);
    },
    drop: next.drop,
  };
}
