import type { Labels } from './domain.ts';
import { keyOf, segmentProblem } from './key.ts';
import { labelProblem } from './label.ts';
import { reservedNameProblem } from './reserved-name.ts';
import { failure, type Result } from './result.ts';

/**
 * Where a record is. The labels are made by the caller: see `serviceNameLabel`, `instanceLabels` and `hostnameLabel`.
 */
export interface RecordLocation {
  /** Path of the records: `skydns`. */
  readonly prefix: string;
  /** The domain that services are registered under; not the root. */
  readonly domain: Labels;
  /** One label, as `serviceNameProblem` wants it. */
  readonly serviceName: string;
  /** The labels below the service, the most specific first; one at least. */
  readonly instance: Labels;
}

/**
 * The key of one instance of a service, `/skydns/<domain reversed>/<service>/<instance>`, or the reason why it has none.
 * Whatever the labels say, the key is below the service's own: what cannot be one segment of a path is refused. So is what
 * is no service to DNS servers: see `reservedNameProblem`.
 */
export function recordKey({ prefix, domain, serviceName, instance }: RecordLocation): Result<string, string> {
  if (domain.length === 0) return failure('services cannot be registered under the root: a domain is needed');
  if (instance.length === 0) return failure('an instance needs a label of its own below its service');
  const own = [...instance, serviceName];
  const problem = serviceNameProblem(serviceName) ?? reservedNameProblem(own);
  return problem === undefined ? keyOf(prefix, [...own, ...domain]) : failure(problem);
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
