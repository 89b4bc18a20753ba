import { failure, success } from '@wharf/agent';
import {
  DEFAULT_PATH_PREFIX,
  dnssdServiceLabels,
  fitTextPairs,
  keyOf,
  type Labels,
  type LeftOutPair,
  recordKey,
  renderRecord,
  renderTextPairs,
  type ServiceRecord,
  serviceNameLabel,
} from '@wharf/record-schema';
import { chooseAttributes } from '../services/published-attributes.ts';
import type { Service } from '../services/service.ts';
import type { Layout, LayoutRules, ServiceEntries } from './layout.ts';
import { serviceLabels, withheldWarning } from './service-labels.ts';

/**
 * SkyDNS 2's layout, `skydns2://`: the key `/skydns/<domain reversed>/<name>/<ID>` and the value
 * `{"host":"10.0.0.1","port":80,"ttl":60}`, with what else the metadata says: `priority`, `weight`, `group`, and the
 * attributes as `text`. The original writes no `ttl`; with leases it is needed, because SkyDNS and CoreDNS before 1.12.4
 * otherwise take the lease's ID for the TTL. With `-dns-sd` a second entry is the same service's for DNS-SD.
 */
export function createSkydnsLayout(domain: Labels, rules: LayoutRules, prefix: string = DEFAULT_PATH_PREFIX): Layout {
  return {
    toEntries(service) {
      const labels = serviceLabels(service, rules, serviceNameLabel);
      if (!labels.ok) return labels;
      const { name, instance, warnings } = labels.value;
      const key = recordKey({ prefix, domain, serviceName: name, instance });
      if (!key.ok) return failure(`cannot be registered: ${key.error}`);
      const { published, withheld } = chooseAttributes(service.attributes, rules.attributes);
      const text = renderTextPairs(published);
      const value = renderRecord({ ...recordOf(service), ...(text === '' ? {} : { text }) });
      const browsable = rules.dnsSd
        ? dnsSdEntries(service, labels.value.instanceLabel, published, { domain, prefix })
        : NOTHING;
      return success({
        entries: [{ key: key.value, value }, ...browsable.entries],
        warnings: [...warnings, ...withheld.map(withheldWarning), ...browsable.warnings],
      });
    },
  };
}

const NOTHING: ServiceEntries = { entries: [], warnings: [] };

/**
 * What makes a service one that can be browsed for: a record of the name `<instance>._<name>._<proto>.<domain>` (RFC 6763
 * section 4.1), whose text is there even if it is empty, as section 6 asks for, and carries the tags besides. A service
 * without it is registered all the same.
 */
function dnsSdEntries(
  service: Service,
  instance: string,
  attributes: ReadonlyMap<string, string>,
  { domain, prefix }: { readonly domain: Labels; readonly prefix: string },
): ServiceEntries {
  const type = dnssdServiceLabels(service.name, service.protocol);
  const key = type.ok ? keyOf(prefix, [instance, ...type.value, ...domain]) : type;
  if (!key.ok) return { entries: [], warnings: [`is not registered for DNS-SD: ${key.error}`] };
  const { fitting, leftOut } = fitTextPairs(withTags(attributes, service.tags));
  const value = renderRecord({ ...recordOf(service), text: renderTextPairs(fitting) });
  return { entries: [{ key: key.value, value }], warnings: leftOut.map(leftOutWarning) };
}

function recordOf({ address, port, priority, weight, ttlSeconds, group }: Service): ServiceRecord {
  return {
    host: address,
    port,
    ...(priority === undefined ? {} : { priority }),
    ...(weight === undefined ? {} : { weight }),
    ttl: ttlSeconds,
    ...(group === undefined ? {} : { group }),
  };
}

/** Tags as SERVICE_TAGS has them: commas between, `\,` for one within. */
function withTags(attributes: ReadonlyMap<string, string>, tags: readonly string[]): ReadonlyMap<string, string> {
  if (tags.length === 0) return attributes;
  return new Map([...attributes, ['tags', tags.map((tag) => tag.replaceAll(',', '\\,')).join(',')]]);
}

function leftOutWarning({ key, reason }: LeftOutPair): string {
  return `is registered for DNS-SD without "${key}": ${reason}`;
}
