import { failure, quoteValue, type Result, success } from '@wharf/agent';
import { hostnameLabel, instanceLabel, instanceLabels, type Labels, serviceNameProblem } from '@wharf/record-schema';
import type { WithheldAttribute } from '../services/published-attributes.ts';
import type { Service } from '../services/service.ts';
import type { LayoutRules } from './layout.ts';

/** What stands for a service's name and ID in keys. */
export interface ServiceLabels {
  readonly name: string;
  /** Below the name, the most specific first; a slash in an ID makes one more. */
  readonly instance: Labels;
  /** The whole ID as one label. */
  readonly instanceLabel: string;
  /** As in `ServiceEntries`: a name that was changed. IDs change quietly, for nobody types them. */
  readonly warnings: readonly string[];
}

/**
 * Maps a service's name and ID to labels, by the operator's rule. Each is one segment of a key, whatever the container
 * says: what cannot be mapped is refused, with the end of a sentence that the port begins.
 * @param nameLabel what becomes of a name by the rule `octets`
 */
export function serviceLabels(
  { name, id }: Pick<Service, 'name' | 'id'>,
  { labels, metadataPrefix }: Pick<LayoutRules, 'labels' | 'metadataPrefix'>,
  nameLabel: (name: string) => string,
): Result<ServiceLabels, string> {
  const toLabel = labels === 'hostname' ? hostnameLabel : instanceLabel;
  const instance = instanceLabels(id, toLabel);
  if (!instance.ok) return failure(badMetadata(`${metadataPrefix}ID`, instance.error));
  const problem = labels === 'refuse' || name === '' ? serviceNameProblem(name) : undefined;
  if (problem !== undefined) return failure(badMetadata(`${metadataPrefix}NAME`, problem));
  const label = { octets: nameLabel, hostname: hostnameLabel, refuse: (kept: string) => kept }[labels](name);
  const warnings = label === name ? [] : [`is registered as ${label}: its name cannot be a label as it is`];
  return success({ name: label, instance: instance.value, instanceLabel: toLabel(id), warnings });
}

/** The end of a sentence that the port begins. */
export function badMetadata(key: string, problem: string): string {
  return `has bad metadata (${key}): ${problem}`;
}

/** What is said of an attribute that is not published: its key, never its value. */
export function withheldWarning({ key, reason }: WithheldAttribute): string {
  return `is registered without its attribute ${quoteValue(key)}: ${reason}`;
}
