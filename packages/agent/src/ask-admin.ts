import { connect } from 'node:net';
import type { HostPort } from './address-types.ts';

/** What an admin page answered. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: string;
}

const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Asks for an admin page as plainly as HTTP/1.0 allows: loading Node's own client would take as long as all the rest.
 * @throws Error when nothing listens there, what answers is not HTTP, or no answer came within `timeoutMs`
 */
export async function askAdmin({ host, port }: HostPort, path: string, timeoutMs: number): Promise<AdminAnswer> {
  const socket = connect({ host: host === '' ? '127.0.0.1' : host, port });
  const timeout = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    // On loopback the agent answers for loopback names only.
    socket.end(`GET ${path} HTTP/1.0\r\nHost: localhost\r\n\r\n`);
    let text = '';
    for await (const chunk of socket.setEncoding('utf8')) {
      text += chunk;
      if (text.length > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    const match = /^HTTP\/1\.[01] (\d{3})[^]*?\r\n\r\n([^]*)$/.exec(text);
    if (match === null) throw new Error('what answers there is not HTTP');
    return { status: Number(match[1]), body: match[2] ?? '' };
  } finally {
    clearTimeout(timeout);
    socket.destroy();
  }
}
