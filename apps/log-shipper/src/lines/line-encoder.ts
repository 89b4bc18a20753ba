import type { MessageBuilder } from '../queue/message-builder.ts';
import type { LogLine } from './log-line.ts';

/** Writes a line of one container as a message as it goes to a destination, framing included, and ends it. */
export type LineEncoder = (line: LogLine, out: MessageBuilder) => void;
