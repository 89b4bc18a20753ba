import type { Labels } from './domain.ts';
import { instanceLabel } from './instance-label.ts';
import { segmentProblem } from './key.ts';
import { hasControlCharacter } from './label.ts';
import { failure, type Result, success } from './result.ts';

/** Longest instance ID that is taken, in UTF-16 units: more is no ID but a mistake. */
export const MAX_INSTANCE_ID_LENGTH = 1_024;

/**
 * The labels that stand for an instance ID below its service, the most specific first, or the reason why it has none. A
 * slash makes one more level, as in Registrator: `eu/1` is `['1', 'eu']`. IDs come from containers: path steps, empty
 * parts and control characters are refused.
 * @param toLabel maps a part to a label: `instanceLabel`, or `hostnameLabel` where labels must be a host name's
 */
export function instanceLabels(id: string, toLabel: (part: string) => string = instanceLabel): Result<Labels, string> {
  if (id.length > MAX_INSTANCE_ID_LENGTH) {
    return failure(`the instance ID has ${id.length} characters, at most ${MAX_INSTANCE_ID_LENGTH} are taken`);
  }
  if (hasControlCharacter(id)) return failure('the instance ID contains a control character');
  if (!id.isWellFormed()) return failure('the instance ID is not UTF-8');
  const parts = id.split('/');
  for (const part of parts) {
    const problem = segmentProblem(part);
    if (problem !== undefined) return failure(`a part of the instance ID cannot be a label: ${problem}`);
  }
  return success(parts.toReversed().map((part) => toLabel(part)));
}
