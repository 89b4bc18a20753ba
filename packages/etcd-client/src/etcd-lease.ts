import type { CallOptions } from '@grpc/grpc-js';
import type { Etcd3 } from 'etcd3';
import type { LeaseId } from './key-store.ts';

/**
 * Renews a lease once, on a stream of its own: one stream for all renewals would be one more thing that can hang, to
 * save a few hundred bytes every third of a TTL.
 * @returns the seconds it now has; 0 when etcd does not know it
 */
export async function renewOnce(client: Etcd3, id: LeaseId, options: CallOptions): Promise<number> {
  const stream = await client.leaseClient.leaseKeepAlive(options);
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('end', () => reject(new Error('14 UNAVAILABLE: etcd ended the stream without an answer')));
    stream.on('data', ({ TTL }) => {
      resolve(Math.max(0, Number(TTL)));
      stream.end();
    });
    stream.write({ ID: id });
  });
}
