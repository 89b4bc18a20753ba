import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import { isLocalAddress } from '../upstream/local-client.ts';
import { BATCH, type BatchArena } from './batch-arena.ts';
import type { BatchSystem } from './batch-system.ts';
import { zoneNameOf } from './interface-zones.ts';
import type { MessageBatch } from './message-batch.ts';
import type { Client } from './responder.ts';
import { sendBatch } from './send-batch.ts';
import { decodeSocketAddress, ipv4At, octetsOf, portAt } from './socket-address.ts';
import { createTurnBudget } from './turn-budget.ts';
import type { ReplySender, UdpReplyOptions } from './udp-replies.ts';

/** Batches of one socket before timers and other sockets have their turn. */
const MAX_BATCHES_A_TURN = 4;

export interface BatchDrainOptions extends UdpReplyOptions {
  readonly system: Pick<BatchSystem, 'receive' | 'send'>;
  /** Used by others between two drains. */
  readonly arena: BatchArena;
  readonly fd: number;
  /** Sends what does not go with a batch. */
  readonly send: ReplySender['send'];
}

/** Answers what waits in a socket. */
export interface BatchDrain {
  /**
   * To be called when there may be datagrams, with the one that was taken out to find that out, if any; leaves some when
   * there are so many that others would have to wait.
   * @param name the socket address that the datagram is from
   */
  drain(query?: Buffer, name?: Buffer): void;
}

export function createBatchDrain(options: BatchDrainOptions): BatchDrain {
  const { system, arena, fd, send, respond, respondQuickly, log, onDropped } = options;
  const { inbox, outbox } = arena;
  const budget = createTurnBudget(MAX_BATCHES_A_TURN);
  const isLocalName = createLocalMemory();
  /** The message of the inbox that is being answered. */
  let current = 0;
  const client: Client = {
    transport: 'udp',
    address: () => peerOf(inbox.name(current))?.address ?? '',
    isLocal: () => isLocalName(inbox, current),
  };

  const sendAlone = (reply: Buffer, name: Buffer): void => {
    const peer = peerOf(name);
    if (peer === undefined) onDropped();
    else send(reply, peer.port, peer.address);
  };
  const sendLater = async (reply: Promise<Buffer | undefined>, name: Buffer): Promise<void> => {
    const known = await reply;
    if (known !== undefined) sendAlone(known, name);
  };

  /** Puts the reply to message `i` of the inbox into the outbox, or sends it otherwise; returns how many it put there. */
  const answerOne = (i: number, replies: number): number => {
    current = i;
    // A forged datagram: there is no port 0 to answer to.
    if (portAt(inbox.memory, inbox.nameAt(i)) === 0) return 0;
    const start = inbox.slotAt(i);
    const end = start + inbox.octets(i);
    const octets = respondQuickly?.(inbox.memory, start, end, client, outbox.memory, outbox.slotAt(replies)) ?? 0;
    if (octets > 0) {
      outbox.addressTo(replies, octets, inbox, i);
      return 1;
    }
    const reply = respond(inbox.datagram(i), client);
    if (reply === undefined) return 0;
    if (!(reply instanceof Promise) && reply.length <= outbox.slotOctets) {
      outbox.put(replies, reply, inbox.name(i));
      return 1;
    }
    if (reply instanceof Promise) void sendLater(reply, Buffer.from(inbox.name(i)));
    else sendAlone(reply, inbox.name(i));
    return 0;
  };

  /** Answers the first messages of the inbox, and says how many replies there are in the outbox, `before` included. */
  const answer = (count: number, before: number): number => {
    let replies = before;
    for (let i = 0; i < count; i++) replies += answerOne(i, replies);
    inbox.clear(count);
    return replies;
  };

  const flush = (count: number): void =>
    sendBatch({
      count,
      send: (first, rest) => system.send(fd, outbox, first, rest),
      onRefused(i, errno) {
        onDropped();
        const address = decodeSocketAddress(outbox.name(i))?.host;
        log.debug({ error: getSystemErrorName(-errno), address }, 'a reply could not be sent');
      },
      onBusy: (i) => sendAlone(outbox.datagram(i), outbox.name(i)),
    });

  /** Receives a batch; none when nobody waits, and when others have their turn. */
  const receive = (): number => {
    if (budget.isSpent() || arena.budget.isSpent()) return 0;
    const count = system.receive(fd, inbox);
    if (count < 0 && count !== -constants.errno.EAGAIN) {
      log.warn({ error: getSystemErrorName(count) }, 'the UDP socket reports an error');
    }
    if (count <= 0) return 0;
    budget.spend();
    arena.budget.spend();
    return count;
  };

  return {
    drain(query, name) {
      let replies = 0;
      if (query !== undefined && name !== undefined) {
        inbox.put(0, query, name);
        replies = answer(1, 0);
      }
      let count: number;
      do {
        count = receive();
        flush(answer(count, replies));
        replies = 0;
      } while (count === BATCH);
    },
  };
}

/** Remembers the last IPv4 address: a batch is from few clients. */
function createLocalMemory(): (batch: MessageBatch, i: number) => boolean {
  let lastAddress = -1;
  let wasLocal = false;
  return (batch, i) => {
    const address = ipv4At(batch.memory, batch.nameAt(i));
    if (address >= 0 && address === lastAddress) return wasLocal;
    lastAddress = address;
    wasLocal = isLocalAddress(octetsOf(batch.name(i)));
    return wasLocal;
  };
}

/** Whose socket address that is, with the zone of a link-local one. */
function peerOf(name: Buffer): { readonly address: string; readonly port: number } | undefined {
  const peer = decodeSocketAddress(name);
  if (peer === undefined) return undefined;
  const zone = peer.zoneIndex === 0 ? undefined : zoneNameOf(peer.zoneIndex);
  return { address: zone === undefined ? peer.host : `${peer.host}%${zone}`, port: peer.port };
}
