import type { KeyStore, LeaseId } from '@wharf/etcd-client';

/** Below it are the records, as agents for this domain have them. */
export const DOMAIN = 'scale.example.local';
export const PREFIX = '/skydns/local/example/scale/';

const SERVICES = 200;
const RECORDS_A_HOST = 50;
const PUTS_AT_ONCE = 50;

export interface ScaleRecord {
  readonly key: string;
  readonly value: string;
}

/** A record as the registrar writes it for one published port of a container of a host. */
export function recordOf(host: number, number: number): ScaleRecord {
  const name = `service-${(host * 31 + number) % SERVICES}`;
  const port = 32_768 + (number % 20_000);
  const address = `10.${20 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`;
  return {
    key: `${PREFIX}${name}/host-${host}-${name}-${number}-8080`,
    value: JSON.stringify({ host: address, port, ttl: 60 }),
  };
}

/** Puts as many records, so many of each host, each host's under its lease. */
export async function putAll(store: KeyStore, records: number, leaseOf: (host: number) => LeaseId): Promise<void> {
  for (let at = 0; at < records; at += PUTS_AT_ONCE) {
    const host = Math.floor(at / RECORDS_A_HOST);
    const operations = Array.from({ length: Math.min(PUTS_AT_ONCE, records - at) }, (_, index) => ({
      type: 'put' as const,
      ...recordOf(host, index),
      lease: leaseOf(host),
    }));
    await store.transact({ guards: [], operations });
  }
}
