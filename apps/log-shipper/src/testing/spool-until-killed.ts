import { openSync, writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { silentLogger, systemClock } from '@wharf/agent';
import { openSpool } from '../io/spool/open-spool.ts';
import { numberedBatch, numberOf } from './numbered-messages.ts';

/*
 * Pushes numbered messages to a spool and confirms some, until it is killed. Its journal has a line `safe N` when all
 * before N have become safe, and `confirmed N` just before all before N are confirmed.
 */
const [folder = '', journal = '', first = '0', share = '0'] = process.argv.slice(2);
const out = openSync(journal, 'a');
const note = (what: string, number: number): void => void writeSync(out, `${what} ${number}\n`);
const forever = new AbortController().signal;

const spool = await openSpool({
  folder,
  limits: { sizeBytes: 1 << 22, whenFull: 'block', syncMs: 2, memory: { messages: 1_000_000, bytes: 1 << 15 } },
  clock: systemClock,
  random: Math.random,
  log: silentLogger,
  onDropped: (reason, { messages }) => note(reason, messages),
});
for (let pushed = Number(first); ; ) {
  const count = 1 + Math.floor(Math.random() * 50);
  const end = pushed + count;
  if (spool.isFull) await Promise.race([spool.room(forever), turn()]);
  else {
    spool.push(numberedBatch(pushed, count, () => note('safe', end)));
    pushed = end;
  }
  if (spool.isFull || Math.random() < Number(share)) {
    const taken = spool.take(8_192);
    const last = taken.at(-1);
    if (last !== undefined) note('confirmed', numberOf(last) + 1);
    spool.confirm(taken.length);
  }
  await turn();
}
