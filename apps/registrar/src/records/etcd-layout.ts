import { renderHostPort, success } from '@wharf/agent';
import { instanceLabel } from '@wharf/record-schema';
import type { Layout, LayoutRules } from './layout.ts';
import { serviceLabels } from './service-labels.ts';

/**
 * The original's plain keys, `etcd://`: `<path>/<name>/<ID>` holds `10.0.0.1:80`, with an IPv6 address in brackets. Names
 * may have dots here; what a path or a label cannot hold is mapped as it is for DNS.
 * @param path with a slash in front and none behind: `/services`
 */
export function createEtcdLayout(path: string, rules: Pick<LayoutRules, 'labels' | 'metadataPrefix'>): Layout {
  return {
    toEntries(service) {
      const labels = serviceLabels(service, rules, instanceLabel);
      if (!labels.ok) return labels;
      const { name, instance, warnings } = labels.value;
      const key = [path, name, ...instance.toReversed()].join('/');
      return success({
        entries: [{ key, value: renderHostPort({ host: service.address, port: service.port }) }],
        warnings,
      });
    },
  };
}
