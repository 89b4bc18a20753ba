import type { MessageBatch } from './message-batch.ts';

const FIRST_BYTES = 4_096;

/**
 * Puts messages together, one after the other, in one buffer. A message is written in parts and ended with `end`;
 * `take` gives all messages that were ended. Written for speed: nothing is allocated for a message.
 */
export class MessageBuilder {
  #buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  #start = 0;
  #ends: number[] = [];

  /** Messages ended since the last `take`. */
  get messages(): number {
    return this.#ends.length;
  }

  /** Bytes of the message that is being written. */
  get messageBytes(): number {
    return this.#length - this.#start;
  }

  /** The message that is being written; a view that is valid until the next call. */
  message(): Buffer {
    return this.#buffer.subarray(this.#start, this.#length);
  }

  /** Text of which each character is one byte. */
  latin1(text: string): void {
    this.#reserve(text.length);
    this.#length += this.#buffer.write(text, this.#length, 'latin1');
  }

  utf8(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  octet(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** Puts text of one-byte characters before what has been written of the message. */
  prepend(text: string): void {
    this.#reserve(text.length);
    this.#buffer.copyWithin(this.#start + text.length, this.#start, this.#length);
    this.#buffer.write(text, this.#start, 'latin1');
    this.#length += text.length;
  }

  /** Keeps only the first `bytes` of the message that is being written. */
  cut(bytes: number): void {
    this.#length = Math.min(this.#length, this.#start + bytes);
  }

  end(): void {
    this.#ends.push(this.#length);
    this.#start = this.#length;
  }

  /** What was ended since the last time, copied to its size. */
  take(): Pick<MessageBatch, 'bytes' | 'ends'> {
    const bytes = Buffer.allocUnsafeSlow(this.#start);
    this.#buffer.copy(bytes, 0, 0, this.#start);
    const ends = this.#ends;
    this.#buffer.copyWithin(0, this.#start, this.#length);
    this.#length -= this.#start;
    this.#start = 0;
    this.#ends = [];
    return { bytes, ends };
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
