import type { Container } from '@wharf/docker-watcher';
import { createFilterStage } from './filter-stage.ts';
import { createJsonStage } from './json-stage.ts';
import type { LineSink, LineStage } from './line-stage.ts';
import { createLineText } from './line-text.ts';
import { createMultilineStage } from './multiline-stage.ts';
import { passThrough } from './pass-through.ts';
import { createRateLimitStage } from './rate-limit-stage.ts';
import { createRedactionStage } from './redaction-stage.ts';
import { type DropListener, type StageLink, sinkLink } from './stage-link.ts';
import type { StageSettings } from './stage-settings.ts';

/**
 * The stages of one container's lines for one route: they are joined, filtered, redacted, counted against the rate
 * limit and parsed, in this order, so that a filter sees whole messages, and fields hold nothing that was to be hidden.
 */
export function createStages(
  settings: StageSettings,
  container: Pick<Container, 'environment' | 'labels'>,
  sink: LineSink,
  onDropped: DropListener,
): LineStage {
  const { include, exclude, redactions, rateLimit, json, multiline } = settings;
  const text = createLineText();
  const end = sinkLink(sink);
  let first: StageLink = end;
  if (json !== 'keep') first = createJsonStage(json === 'message', text, first);
  const limiter = rateLimit && createRateLimitStage(rateLimit, onDropped, first);
  first = limiter ?? first;
  if (redactions.length > 0) first = createRedactionStage(redactions, text, first);
  if (include !== undefined || exclude !== undefined) {
    first = createFilterStage({ include, exclude }, text, onDropped, first);
  }
  const joins = multiline !== undefined && joinsLines(container, multiline.enabledByDefault);
  const joiner = joins ? createMultilineStage(multiline, text, first) : undefined;
  const holders = [joiner, limiter].filter((stage) => stage !== undefined);
  if (joiner === undefined && first === end) return passThrough(sink);
  const link = joiner ?? first;
  return {
    push(line, marks, nowMs) {
      text.forget();
      link.push(line, marks, nowMs);
    },
    tick(nowMs) {
      for (const stage of holders) stage.tick(nowMs);
    },
    get dueAtMs() {
      const dueMs = Math.min(joiner?.dueAtMs ?? Infinity, limiter?.dueAtMs ?? Infinity);
      return dueMs === Infinity ? undefined : dueMs;
    },
    flush() {
      for (const stage of holders) stage.flush();
    },
    rewind() {
      for (const stage of holders) stage.rewind();
    },
  };
}

/** A container says so by the variable LOGSPOUT_MULTILINE, or else the label; anything but true and false says nothing. */
function joinsLines({ environment, labels }: Pick<Container, 'environment' | 'labels'>, otherwise: boolean): boolean {
  const said = [environment, labels].map((texts) => texts.get('LOGSPOUT_MULTILINE')?.toLowerCase());
  const word = said.find((text) => text === 'true' || text === 'false');
  return word === undefined ? otherwise : word === 'true';
}
