import type { MessageBatch } from '../queue/message-batch.ts';

/** Messages that say which they are, `count` of them from number `first` on. */
export function numberedBatch(first: number, count: number, onSafe: () => void = () => undefined): MessageBatch {
  const texts = Array.from({ length: count }, (_, index) => numberedMessage(first + index));
  let end = 0;
  return { bytes: Buffer.from(texts.join('')), ends: texts.map((text) => (end += text.length)), onSafe };
}

/** Of a length that differs from number to number. */
export function numberedMessage(number: number): string {
  return `${number} ${'.'.repeat((number * 7) % 61)}\n`;
}

/** The number of a message; NaN when it is not exactly as `numberedMessage` made it. */
export function numberOf(message: Uint8Array): number {
  const text = Buffer.from(message).toString('latin1');
  const number = Number.parseInt(text, 10);
  return text === numberedMessage(number) ? number : Number.NaN;
}
