import type { Message } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { type DnsServerConfig, identityOf, zoneOf } from '../config.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { answerMessage, type DataState } from './answer-message.ts';
import type { AnswerContext } from './context.ts';
import { createNameList, createNameLookup } from './name-lookup.ts';
import { recordTtl } from './record-ttl.ts';
import { hourSerial } from './soa.ts';

/** What answers depend on that changes while the server runs; asked for each query. */
export interface AnswerSources {
  index(): RecordIndex;
  state(): DataState;
  /** Seconds until a lease ends unless it is renewed; undefined while that is not known. */
  remainingSeconds(lease: LeaseId): number | undefined;
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** A number in [0, 1). */
  random(): number;
}

/** Answers a query; undefined when it must not be answered. */
export type Answerer = (query: Message) => Message | undefined;

/** A server's answers without its sockets: what `config` says, from what the sources know now. */
export function createAnswerer(config: DnsServerConfig, sources: AnswerSources): Answerer {
  const zone = zoneOf(config);
  const lookUp = createNameLookup(zone, identityOf(config), () => sources.index());
  const listBelow = createNameList(() => sources.index());

  return (query) => {
    const state = sources.state();
    const ttlFacts = {
      zone,
      isStale: state === 'stale',
      remainingSeconds: (lease: LeaseId) => sources.remainingSeconds(lease),
    };
    const context: AnswerContext = {
      zone,
      lookUp,
      listBelow,
      ttlOf: (record) => recordTtl(record, ttlFacts),
      serial: hourSerial(sources.wallMs()),
      turn: config.roundRobin ? sources.random() : 0,
    };
    return answerMessage(query, state, context);
  };
}
