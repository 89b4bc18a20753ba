import type { Container } from '@wharf/docker-watcher';
import { writeJsonBytes } from '../http-sinks/json-bytes.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';

const LINE_FEED = 0x0a;

/** Those of SGR (ECMA-48) that can be read on dark and light grounds. */
const colorCodes = [31, 32, 33, 34, 35, 36, 91, 92, 93, 94, 95, 96];

/**
 * The encoder of one container's lines as people read them: `name|line`. With colours, the name has one that depends on
 * nothing else, and what the line before left switched on is switched off.
 */
export function createTextEncoder(name: string, colors: boolean): LineEncoder {
  const start = Buffer.from(colors ? `\u001b[0;${colorOf(name)}m${name}|\u001b[0m` : `${name}|`);
  return ({ bytes }, out) => {
    out.bytes(start);
    out.bytes(bytes);
    out.octet(LINE_FEED);
    out.end();
  };
}

function colorOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return colorCodes[Math.abs(sum) % colorCodes.length] ?? 0;
}

/** The encoder of one container's lines as JSON, an object and an LF a line. What the container's environment holds is left out. */
export function createJsonViewEncoder({
  id,
  name,
  image,
  labels,
}: Pick<Container, 'id' | 'name' | 'image' | 'labels'>): LineEncoder {
  const start = JSON.stringify({ id, name, image, labels: Object.fromEntries(labels) }).slice(0, -1);
  return ({ source, timestamp, bytes }, out) => {
    out.utf8(`${start},"source":"${source}","time":"${timestamp}","data":`);
    writeJsonBytes(bytes, out);
    out.utf8('}\n');
    out.end();
  };
}
