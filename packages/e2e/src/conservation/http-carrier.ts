import { type HttpAnswer, type HttpReceiver, startFaultyProxy, startHttpReceiver } from '@wharf/testkit';
import type { Carrier } from './carrier.ts';
import { type Fault, linkFaults } from './fault.ts';
import { heldByKernel } from './held-by-kernel.ts';
import { readElasticsearchBody, readJsonBody, readLokiBody, type SentLine } from './http-bodies.ts';
import type { Line } from './line.ts';

export type HttpCarrierName = 'json' | 'loki' | 'elasticsearch';

const readers = { json: readJsonBody, loki: readLokiBody, elasticsearch: readElasticsearchBody } as const;
const paths = { json: '/lines', loki: '', elasticsearch: '/lines' } as const;

/** How requests are answered while nothing is wrong, or something is. */
type Mood = 'well' | 'unavailable' | 'too-many' | 'too-many-items' | HttpAnswer;

/** An HTTP receiver that keeps lines and answers as Loki, Elasticsearch or a taker of JSON lines does, behind a link. */
export async function startHttpCarrier(name: HttpCarrierName): Promise<Carrier> {
  const lines: Line[] = [];
  const ids = new Set<string>();
  let mood: Mood = 'well';
  let badAnswers = 0;
  let receiver = await start();
  const { port } = receiver;
  const link = await startFaultyProxy({ port });

  async function start(at?: number): Promise<HttpReceiver> {
    const started = await startHttpReceiver({ maxRequests: 1, ...(at === undefined ? {} : { port: at }) });
    started.answerWith(({ text }) => {
      started.clear();
      const sent = readers[name](text);
      if (mood !== 'well') badAnswers++;
      if (mood === 'unavailable') return { status: 503 };
      if (mood === 'too-many') return { status: 429, headers: { 'retry-after': '1' } };
      const body = name === 'elasticsearch' ? storeItems(sent) : storeAll(sent);
      const well = name === 'loki' ? { status: 204 } : { status: 200, body };
      return typeof mood === 'string' ? well : { ...well, ...mood };
    });
    return started;
  }
  const storeAll = (sent: readonly SentLine[]): string => {
    for (const { line } of sent) lines.push(line);
    return '';
  };
  /** Elasticsearch stores a document with an ID once, and answers for each item. */
  const storeItems = (sent: readonly SentLine[]): string => {
    const items = sent.map(({ id, line }, index) => {
      if (mood === 'too-many-items' && index % 3 === 0) return { create: { status: 429 } };
      if (ids.has(id)) return { create: { status: 409 } };
      ids.add(id);
      lines.push(line);
      return { create: { status: 201 } };
    });
    return JSON.stringify({ errors: items.some(({ create }) => create.status !== 201), items });
  };
  const answers = (what: string, bad: Mood): Fault => ({
    name: `answers: ${what}`,
    begin() {
      mood = bad;
    },
    end() {
      mood = 'well';
      // One that hangs would hang for as long as the shipper waits.
      receiver.dropConnections();
    },
  });

  return {
    name,
    uri: `${name}+http://127.0.0.1:${link.port}${paths[name]}?`,
    knows: 'acknowledged',
    arrived: () => lines,
    get setbacks() {
      return link.accepted + badAnswers;
    },
    faults: [
      { name: 'receiver killed', begin: () => receiver.close(), end: async () => void (receiver = await start(port)) },
      answers('503', 'unavailable'),
      answers('429', 'too-many'),
      answers('none', { fault: 'hang' }),
      answers('late', { delayMs: 300 }),
      answers('cut before', { fault: 'cut-before' }),
      answers('cut after', { fault: 'cut-after' }),
      ...(name === 'elasticsearch' ? [answers('429 to items', 'too-many-items')] : []),
      ...linkFaults(link),
    ],
    held: () => heldByKernel(link.port) + heldByKernel(port),
    async stop() {
      await link.close();
      await receiver.close();
    },
  };
}
