import { list, type OptionType } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import { type Glob, parseGlob } from '../routes/glob.ts';

/** What a receiver is told of the container a line is from. Never its environment. */
export interface ContainerMetadata {
  /** The machine the container runs on. */
  readonly host: string;
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without a leading slash. */
  readonly name: string;
  readonly image: string;
  /** Those of the container's labels that were chosen to leave the host, in order of their names. */
  readonly labels: readonly (readonly [key: string, value: string])[];
}

/** A pattern of labels' names, and how it was written. */
export interface LabelPattern {
  readonly source: string;
  readonly matches: Glob;
}

const labelPattern: OptionType<LabelPattern> = {
  placeholder: 'pattern',
  parse(source) {
    const glob = parseGlob(source);
    return glob.ok ? { ok: true, value: { source, matches: glob.value } } : glob;
  },
  render: ({ source }) => source,
};

export const labelPatternsType: OptionType<readonly LabelPattern[]> = list(labelPattern);

/** @param labels patterns of which a label's name must match one */
export function containerMetadata(
  { id, name, image, labels }: Pick<Container, 'id' | 'name' | 'image' | 'labels'>,
  host: string,
  patterns: readonly LabelPattern[],
): ContainerMetadata {
  const chosen = [...labels].filter(([key]) => patterns.some(({ matches }) => matches(key)));
  return { host, id, name, image, labels: chosen.sort(([a], [b]) => (a < b ? -1 : Number(a > b))) };
}
