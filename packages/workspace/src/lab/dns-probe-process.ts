// Runs in the network of one host of the lab: asks its dns-server and tells the lab, over a unix socket, for files are common
// to both networks. Its arguments: the socket's path, the server's address, the domain.
import { createSocket } from 'node:dgram';
import { createConnection } from 'node:net';
import { decode, encode } from 'dns-packet';
import { createLineParser, PATIENCE_MS, type ProbeAnswer } from './answer.ts';

const [path = '', server = '', domain = ''] = process.argv.slice(2);
const DNS_PORT = 53;

/** IANA, "DNS RCODEs". */
const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
};

const lab = createConnection(path);
const tell = (answer: ProbeAnswer): unknown => lab.write(`${JSON.stringify(answer)}\n`);
const waiting = new Map<number, { readonly finish: (reply: Buffer | undefined) => void }>();
const socket = createSocket('udp4');
// A refused datagram is no answer, which its question finds out by itself.
socket.on('error', () => undefined);
socket.on('message', (reply) => {
  if (reply.length >= 12) waiting.get(reply.readUInt16BE(0))?.finish(reply);
});
let nextId = 1;

function ask(name: string): void {
  const id = nextId;
  nextId = (nextId % 0xffff) + 1;
  const askedAt = performance.timeOrigin + performance.now();
  const finish = (reply: Buffer | undefined): void => {
    clearTimeout(timer);
    waiting.delete(id);
    tell({ name, askedAt, ...read(reply) });
  };
  // On a busy machine this program may be late itself: an answer that has come by then is taken before.
  const giveUp = (): void => {
    if (waiting.has(id)) finish(undefined);
  };
  const timer = setTimeout(() => setImmediate(giveUp), PATIENCE_MS);
  waiting.set(id, { finish });
  socket.send(encode({ type: 'query', id, questions: [{ name: `${name}.${domain}`, type: 'A', class: 'IN' }] }));
}

function read(reply: Buffer | undefined): Pick<ProbeAnswer, 'rcode' | 'addresses'> {
  if (reply === undefined) return { rcode: 'none', addresses: [] };
  const code = reply.readUInt16BE(2) & 0xf;
  const addresses = (decode(reply).answers ?? []).flatMap((answer) => (answer.type === 'A' ? [answer.data] : []));
  return { rcode: RCODES[code] ?? `RCODE${code}`, addresses };
}

let rounds: NodeJS.Timeout | undefined;

/** Takes a `ProbeTask`; the lab is the only one who sends any. */
function take(task: unknown): void {
  const [names, everyMs]: readonly unknown[] = [
    Reflect.get(Object(task), 'names'),
    Reflect.get(Object(task), 'everyMs'),
  ];
  const asked = Array.isArray(names) ? names.map(String) : [];
  clearInterval(rounds);
  rounds = setInterval(() => {
    for (const name of asked) ask(name);
  }, Number(everyMs));
}

lab.setEncoding('utf8');
lab.on('data', createLineParser(take));
lab.on('close', () => process.exit());
lab.on('error', () => process.exit());
// Connected, so that the kernel tells at once when nobody listens.
socket.connect(DNS_PORT, server, () => lab.write('"ready"\n'));
