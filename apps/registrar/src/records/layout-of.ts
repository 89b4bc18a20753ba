import type { RegistryUri } from '../registries/registry-scheme.ts';
import { createConsulLayout } from './consul-layout.ts';
import { createEtcdLayout } from './etcd-layout.ts';
import type { Layout, LayoutRules } from './layout.ts';
import { createSkydnsLayout } from './skydns-layout.ts';

/**
 * How services are written into the registry that a URI names.
 * @param rules the operator's choices, and the name of this host
 */
export function layoutOf(registry: RegistryUri, rules: LayoutRules & { readonly host: string }): Layout {
  if (registry.scheme === 'consul') return createConsulLayout(rules.host, rules);
  return registry.scheme === 'etcd'
    ? createEtcdLayout(registry.path, rules)
    : createSkydnsLayout(registry.domain, rules);
}
