import { createConnection } from 'node:net';
import type { ExchangeOutcome } from '../upstream/exchange.ts';
import { readAnswer } from '../upstream/read-answer.ts';
import { createFrameReader, frame } from './frame-reader.ts';
import { type PacketExchange, settleOnce } from './upstream-packet-exchange.ts';

/** Most octets that are taken from a server that does not come to the point: two of the largest messages. */
const MAX_STREAM_OCTETS = 2 * (2 + 65_535);

/** Asks over TCP, on a connection of its own (RFC 7766), as one does when the answer over UDP was truncated. */
export function exchangeOverTcp(exchange: PacketExchange): Promise<ExchangeOutcome> {
  const { server, query, packet, onIgnored } = exchange;
  const socket = createConnection({ host: server.host, port: server.port, noDelay: true });
  const settling = settleOnce(exchange, () => socket.destroy());
  const reader = createFrameReader();
  let received = 0;

  const takeMessages = (): void => {
    for (let bytes = reader.next(); bytes !== undefined; bytes = reader.next()) {
      const answer = readAnswer(query, bytes);
      if (answer.ok) {
        settling.succeed(answer.value);
        return;
      }
      onIgnored(answer.error);
    }
  };

  socket.on('error', (error) => settling.fail('network', `cannot be reached over TCP: ${error.message}`));
  socket.on('close', () => settling.fail('network', 'closed the connection without an answer'));
  socket.on('data', (chunk) => {
    received += chunk.length;
    if (received > MAX_STREAM_OCTETS) {
      settling.fail('answer', `sent more than ${MAX_STREAM_OCTETS} octets without an answer among them`);
      return;
    }
    reader.push(chunk);
    takeMessages();
  });
  socket.write(frame(packet));
  return settling.outcome;
}
