import { success } from '@wharf/agent';
import { DEFAULT_PATH_PREFIX, type Labels, recordKey, renderRecord } from '@wharf/record-schema';
import type { Layout, LayoutRules } from './layout.ts';

/**
 * SkyDNS 2's layout, `skydns2://`: the key `/skydns/<domain reversed>/<name>/<ID>` and the value
 * `{"host":"10.0.0.1","port":80,"ttl":60}`. The original writes no `ttl`; with leases it is needed, because SkyDNS and
 * CoreDNS before 1.12.4 otherwise take the lease's ID for the TTL.
 */
export function createSkydnsLayout(domain: Labels, _rules: LayoutRules, prefix: string = DEFAULT_PATH_PREFIX): Layout {
  return {
    toEntries({ name, id, address, port, ttlSeconds }) {
      const key = recordKey({ prefix, domain, serviceName: name, instanceId: id });
      if (!key.ok) return key;
      const value = renderRecord({ host: address, port, ttl: ttlSeconds });
      return success({ entries: [{ key: key.value, value }], warnings: [] });
    },
  };
}
