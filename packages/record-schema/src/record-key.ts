import type { Labels } from './domain.ts';
import { instanceLabel } from './instance-label.ts';
import { keyOf, segmentProblem } from './key.ts';
import { hasControlCharacter, labelProblem } from './label.ts';
import { failure, type Result, success } from './result.ts';

/** Longest instance ID that is taken, in UTF-16 units: more is no ID but a mistake. */
export const MAX_INSTANCE_ID_LENGTH = 1_024;

export interface RecordLocation {
  /** Path of the records: `skydns`. */
  readonly prefix: string;
  /** The domain that services are registered under; not the root. */
  readonly domain: Labels;
  /** One label, as `serviceNameProblem` wants it. */
  readonly serviceName: string;
  /** Such as `host:container:8080`. A slash in it makes one more level, as in Registrator: `eu/1` is `1.eu.<service>`. */
  readonly instanceId: string;
}

/**
 * The key of one instance of a service, `/skydns/<domain reversed>/<service>/<instance>`, or the reason why it has none.
 * Names and IDs come from containers, so whatever they say, the key is one below the service's own: path steps, empty
 * parts and control characters are refused, and each part of the ID goes through `instanceLabel`.
 */
export function recordKey(location: RecordLocation): Result<string, string> {
  const { prefix, domain, serviceName, instanceId } = location;
  if (domain.length === 0) return failure('services cannot be registered under the root: a domain is needed');
  const nameProblem = serviceNameProblem(serviceName);
  if (nameProblem !== undefined) return failure(nameProblem);
  const instance = instanceLabels(instanceId);
  return instance.ok ? keyOf(prefix, [...instance.value, serviceName, ...domain]) : instance;
}

/**
 * Why `name` cannot be a service's, as a sentence, or undefined when it can. A dot is refused although a label may
 * contain one: `a.b` in one label is not the name that anybody asks for who types `a.b.example.org`.
 */
export function serviceNameProblem(name: string): string | undefined {
  const problem = segmentProblem(name) ?? labelProblem(name);
  if (problem !== undefined) return `the service name cannot be a label: ${problem}`;
  return name.includes('.') ? 'the service name contains a dot: it must be a single label' : undefined;
}

function instanceLabels(id: string): Result<Labels, string> {
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
  return success(parts.toReversed().map(instanceLabel));
}
