import type { Verdict } from './verdict.ts';

export interface DeliveryLimits {
  /** Of one request. */
  readonly messages: number;
  readonly bytes: number;
}

/** What an answer has settled. */
export interface Settlement {
  /** The oldest so many messages are done with. */
  readonly confirmed: number;
  readonly refused: number;
  readonly duplicates: number;
  /** At least one message got on, or was found never to. */
  readonly hasProgress: boolean;
}

/**
 * Messages on their way to a receiver, one request after the other, until each of them is either stored or refused for
 * good. A request that is refused is made smaller until the message is alone that the receiver objects to; requests grow again
 * as they are accepted. What is to be sent again goes before what has not been sent.
 */
export interface Delivery {
  readonly isEmpty: boolean;
  /** Takes messages behind those it has; the buffers must stay valid until confirmed. */
  add(messages: readonly Buffer[]): void;
  /** What to send next, at least one message unless empty; the same as before when the last verdict was a failure. */
  request(): readonly Buffer[];
  /** @param verdict about the last `request` */
  settle(verdict: Verdict): Settlement;
}

interface Pending {
  readonly index: number;
  readonly message: Buffer;
}

/** Limits are not made smaller than this because of the size of a request. */
const LEAST_BYTES = 64 * 1024;
/** A request that ends the connection so often may be too long for something on the way that does not say so. */
const LOSSES_BEFORE_SMALLER = 3;

export function createDelivery(limits: DeliveryLimits): Delivery {
  /** By index. */
  let pending: Pending[] = [];
  /** Messages added, and confirmed, since the delivery was created. */
  let added = 0;
  let confirmed = 0;
  let messageLimit = limits.messages;
  let byteLimit = limits.bytes;
  let sent: readonly Pending[] = [];
  let losses = 0;

  const grow = (): void => {
    messageLimit = Math.min(limits.messages, messageLimit * 2);
    byteLimit = Math.min(limits.bytes, byteLimit + Math.ceil(limits.bytes / 32));
  };
  const shrink = (): void => {
    messageLimit = Math.max(1, Math.floor(sent.length / 2));
  };
  const confirm = (): number => {
    const oldest = pending[0]?.index ?? added;
    const count = oldest - confirmed;
    confirmed = oldest;
    return count;
  };
  const close = (left: readonly Pending[], refused = 0, duplicates = 0): Settlement => {
    const hasProgress = left.length < sent.length;
    pending = [...left, ...pending.slice(sent.length)];
    return { confirmed: confirm(), refused, duplicates, hasProgress };
  };
  /** The request can go again as it was, or in halves. */
  const keep = (): Settlement => close(sent);

  return {
    get isEmpty() {
      return pending.length === 0;
    },
    add(messages) {
      pending = pending.concat(messages.map((message) => ({ index: added++, message })));
    },
    request() {
      let bytes = 0;
      const end = pending.findIndex(({ message }, index) => {
        bytes += message.length;
        return index > 0 && (index >= messageLimit || bytes > byteLimit);
      });
      sent = end < 0 ? pending : pending.slice(0, end);
      return sent.map(({ message }) => message);
    },
    settle(verdict) {
      losses = verdict.kind === 'failed' && verdict.isLost === true ? losses + 1 : 0;
      switch (verdict.kind) {
        case 'accepted':
          grow();
          return close([], verdict.refused);
        case 'items': {
          const count = (outcome: string): number => verdict.outcomes.filter((each) => each === outcome).length;
          const left = sent.filter((_, index) => (verdict.outcomes[index] ?? 'again') === 'again');
          if (left.length === 0) grow();
          return close(left, count('refused'), count('duplicate'));
        }
        case 'refused':
          if (sent.length <= 1) return close([], sent.length);
          shrink();
          if (verdict.isTooLong) byteLimit = Math.max(LEAST_BYTES, Math.floor(sizeOf(sent) / 2));
          return keep();
        case 'unclear':
          shrink();
          return keep();
        case 'failed':
          if (losses >= LOSSES_BEFORE_SMALLER) {
            shrink();
            losses = 0;
          }
          return keep();
        default:
          return verdict satisfies never;
      }
    },
  };
}

function sizeOf(pending: readonly Pending[]): number {
  return pending.reduce((sum, { message }) => sum + message.length, 0);
}
