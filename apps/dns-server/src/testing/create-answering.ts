import { createAnswerer } from '../answer/create-answerer.ts';
import { type Exchange, respond, type Transport } from '../answer/respond.ts';
import { createZoneData } from '../records/zone-data.ts';
import { configureServer } from './configure-server.ts';

/** A server without sockets, clocks and other servers, in 1970. */
export interface Answering {
  /** Why records could not be read, in the order in which they came. */
  readonly rejected: readonly string[];
  put(key: string, value: string): void;
  remove(key: string): void;
  respond(query: Uint8Array, transport: Transport): Exchange;
}

/**
 * @param args a command line
 * @param random where sets begin, in [0, 1)
 */
export function createAnswering(args: readonly string[], random: () => number = () => 0): Answering {
  const config = configureServer(args);
  const rejected: string[] = [];
  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed: 1,
    onRejected: (_key, reason) => rejected.push(reason),
    onUpdated: () => undefined,
  });
  Array.from(data.keepAddresses(config.answers.autoPtr));
  const answer = createAnswerer(config.answers, config.listen, {
    index: () => data.index,
    recordsOfAddress: (address) => data.recordsOfAddress(address),
    state: () => 'current',
    remainingSeconds: () => undefined,
    wallMs: () => 0,
    server: { version: 'wharf', hostname: 'host' },
    random,
  });
  let revision = 0;
  return {
    rejected,
    put(key, value) {
      revision++;
      const entry = { key, value, createRevision: 1, modRevision: revision, lease: '0' };
      data.sink.applyChanges([{ type: 'put', entry }], revision);
    },
    remove(key) {
      revision++;
      data.sink.applyChanges([{ type: 'delete', key, modRevision: revision }], revision);
    },
    respond: (query, transport) => respond(query, transport, answer),
  };
}
