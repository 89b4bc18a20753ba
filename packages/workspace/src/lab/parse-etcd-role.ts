import type { EtcdRole } from './lab-view.ts';

/** What one member is, from `etcdctl endpoint status --write-out=json` about it alone. */
export function parseEtcdRole(json: string): EtcdRole {
  const [endpoint]: readonly unknown[] = toList(JSON.parse(json));
  const status = field(endpoint, 'Status');
  const leader = field(status, 'leader');
  // A member that knows no leader leaves it out, or says 0.
  if (leader === undefined || leader === 0) return status === undefined ? 'silent' : 'alone';
  // IDs have 64 bits: as numbers they are rounded, both alike.
  return leader === field(field(status, 'header'), 'member_id') ? 'leader' : 'follower';
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
