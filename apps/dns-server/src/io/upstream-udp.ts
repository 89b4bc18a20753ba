import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { ExchangeOutcome } from '../upstream/exchange.ts';
import { readAnswer } from '../upstream/read-answer.ts';
import { type PacketExchange, settleOnce } from './upstream-packet-exchange.ts';

/**
 * Asks over UDP, from a socket of its own on a port that the kernel draws by chance (RFC 5452, section 9.2). The socket
 * is connected: only the server's datagrams arrive, and that nobody listens there is known at once. What is not the
 * answer is passed over, and the waiting goes on. The answer may be truncated.
 */
export function exchangeOverUdp(exchange: PacketExchange): Promise<ExchangeOutcome> {
  const { server, query, packet, onIgnored } = exchange;
  const socket = createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
  const settling = settleOnce(exchange, () => socket.close());
  /** Who the socket is connected to, as the kernel writes it. */
  let peer: { readonly address: string; readonly port: number } | undefined;

  socket.on('error', (error) => settling.fail('network', `cannot be reached over UDP: ${error.message}`));
  socket.on('message', (bytes, from) => {
    // The socket was open to everybody between being bound and being connected.
    if (from.port !== peer?.port || from.address !== peer.address) {
      onIgnored('source');
      return;
    }
    const answer = readAnswer(query, bytes);
    if (answer.ok) settling.succeed(answer.value);
    else onIgnored(answer.error);
  });
  socket.once('connect', () => {
    peer = socket.remoteAddress();
    socket.send(packet, (error) => {
      if (error !== null) settling.fail('network', `cannot be reached over UDP: ${error.message}`);
    });
  });
  socket.connect(server.port, server.host);
  return settling.outcome;
}
