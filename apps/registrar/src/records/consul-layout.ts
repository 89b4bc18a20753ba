import { failure, success } from '@wharf/agent';
import { instanceLabels } from '@wharf/record-schema';
import { publishableAttributes, type WithheldAttribute } from '../services/published-attributes.ts';
import { consulCheck } from './consul-check.ts';
import { MARK_COUNT, renderRegistration } from './consul-registration.ts';
import type { Layout, LayoutRules } from './layout.ts';
import { badMetadata, withheldWarning } from './service-labels.ts';

/** Consul's own limits of a service's metadata (structs.ValidateMetadata): pairs, and octets of a value. */
const MAX_META_PAIRS = 64;
const MAX_META_VALUE_OCTETS = 512;

/**
 * Registrations for Consul's agent, `consul://`: the key is the service's ID, the value the JSON that the agent is sent.
 * Names, IDs and tags are the service's own; attributes are metadata, those of health checks (`check_...`) the check.
 * @param host marks the services of this host as its own
 */
export function createConsulLayout(host: string, rules: Pick<LayoutRules, 'attributes' | 'metadataPrefix'>): Layout {
  return {
    toEntries(service) {
      const { id, name, address, port, tags } = service;
      const problem = idProblem(id);
      if (problem !== undefined) return failure(badMetadata(`${rules.metadataPrefix}ID`, problem));
      if (name === '') return failure(badMetadata(`${rules.metadataPrefix}NAME`, 'the service name is empty'));
      const check = consulCheck(service, rules.metadataPrefix);
      if (!check.ok) return check;
      const { published, withheld } = publishableAttributes(service.attributes, rules.attributes);
      const { meta, unfit } = toMeta(published);
      const registration = {
        ID: id,
        Name: name,
        Address: address,
        Port: port,
        Tags: tags,
        Meta: meta,
        ...(check.value === undefined ? {} : { Check: check.value }),
      };
      return success({
        entries: [{ key: id, value: renderRegistration(registration, host) }],
        warnings: [...withheld, ...unfit].map(withheldWarning),
      });
    },
  };
}

/**
 * Why an ID cannot be part of the path by which a service is deregistered. Agents clean that path, and decode it twice:
 * an ID with a step or a percent sign would be another service's.
 */
function idProblem(id: string): string | undefined {
  const labels = instanceLabels(id);
  if (!labels.ok) return labels.error;
  return id.includes('%') ? 'the instance ID contains a percent sign, which agents of Consul decode' : undefined;
}

function toMeta(attributes: ReadonlyMap<string, string>): {
  readonly meta: Readonly<Record<string, string>>;
  readonly unfit: readonly WithheldAttribute[];
} {
  const meta: [string, string][] = [];
  const unfit: WithheldAttribute[] = [];
  for (const [key, value] of attributes) {
    const reason = metaProblem(key, value) ?? (meta.length < MAX_META_PAIRS - MARK_COUNT ? undefined : NO_ROOM);
    if (reason === undefined) meta.push([key, value]);
    else unfit.push({ key, reason });
  }
  return { meta: Object.fromEntries(meta), unfit };
}

const NO_ROOM = `Consul takes ${MAX_META_PAIRS} pairs of metadata, and the marks of this program are ${MARK_COUNT} of them`;

function metaProblem(key: string, value: string): string | undefined {
  if (!/^[\w-]{1,128}$/.test(key)) return 'Consul takes keys of letters, digits, _ and -, at most 128';
  if (/^(?:consul|wharf)-/.test(key)) return 'keys that begin with consul- or wharf- are reserved';
  const isTooLong = new TextEncoder().encode(value).length > MAX_META_VALUE_OCTETS;
  return isTooLong ? `Consul takes values of at most ${MAX_META_VALUE_OCTETS} octets` : undefined;
}
