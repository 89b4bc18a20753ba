import { quoteValue } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';

/** Longest value that is read, in UTF-16 units; a longer one is a mistake or an attack. */
export const MAX_VALUE_LENGTH = 4096;

/** How many keys are read that concern all ports, and how many more for each port; those with a meaning are always. */
export const MAX_KEYS = 64;

/** Where a value comes from, for messages: `label SERVICE_NAME`. */
export interface MetadataValue {
  readonly value: string;
  readonly source: string;
}

/** All metadata of a container, keys lower-cased and without the prefix. */
export interface ContainerMetadata {
  readonly general: ReadonlyMap<string, MetadataValue>;
  /** By container port, as its exact text: `SERVICE_080_NAME` does not concern port 80. */
  readonly byPort: ReadonlyMap<string, ReadonlyMap<string, MetadataValue>>;
  /** How many variables and labels are left out, because there are too many. */
  readonly leftOut: number;
}

/** The metadata that concerns one port, with what the registrar consumes taken out. */
export interface PortMetadata {
  readonly name: MetadataValue | undefined;
  /** The name was given for this port alone, even if it is empty. */
  readonly namedByPort: boolean;
  readonly id: MetadataValue | undefined;
  readonly tags: MetadataValue | undefined;
  readonly ignore: MetadataValue | undefined;
  /** The network that the container wants to be announced on. */
  readonly network: MetadataValue | undefined;
  readonly priority: MetadataValue | undefined;
  readonly weight: MetadataValue | undefined;
  readonly ttl: MetadataValue | undefined;
  readonly group: MetadataValue | undefined;
  readonly attributes: ReadonlyMap<string, MetadataValue>;
}

/**
 * Collects SERVICE_* from the environment, then from the labels: a label replaces the variable of the same key.
 * A key is for one port when it begins with a whole number and an underscore (gliderlabs/registrator, bridge/util.go).
 * @param prefix what marks a variable or label as meant for the registrar; its case matters, that of the rest does not
 */
export function collectMetadata(
  container: Pick<Container, 'environment' | 'labels'>,
  prefix: string,
): ContainerMetadata {
  const general = new Map<string, MetadataValue>();
  const byPort = new Map<string, Map<string, MetadataValue>>();
  let leftOut = 0;
  const put = (to: Map<string, MetadataValue>, key: string, entry: MetadataValue): void => {
    if (to.size >= MAX_KEYS && !to.has(key) && !CONSUMED.has(key)) leftOut += 1;
    else to.set(key, entry);
  };
  const add = (kind: string, name: string, value: string): void => {
    if (!name.startsWith(prefix)) return;
    const key = name.slice(prefix.length).toLowerCase();
    // Whoever writes a label may write its key too: it must not write our log.
    const shown = /^[\w.-]{1,200}$/.test(name) ? name : quoteValue(name);
    const entry: MetadataValue = { value, source: `${kind} ${shown}` };
    const [, port, rest] = /^([+-]?\d+)_(.*)$/s.exec(key) ?? [];
    if (port === undefined || rest === undefined) {
      put(general, key, entry);
      return;
    }
    const ofPort = byPort.get(port) ?? new Map<string, MetadataValue>();
    byPort.set(port, ofPort);
    put(ofPort, rest, entry);
  };
  for (const [name, value] of container.environment) add('variable', name, value);
  for (const [name, value] of container.labels) add('label', name, value);
  return { general, byPort, leftOut };
}

const CONSUMED: ReadonlySet<string> = new Set('name id tags ignore network priority weight ttl group'.split(' '));

/** What concerns `port`: any value given for the port beats any general one, whichever of the two is a label. */
export function metadataOfPort({ general, byPort }: ContainerMetadata, port: number): PortMetadata {
  const ofPort = byPort.get(String(port));
  const merged = new Map([...general, ...(ofPort ?? [])]);
  return {
    name: merged.get('name'),
    namedByPort: ofPort?.has('name') ?? false,
    id: merged.get('id'),
    tags: merged.get('tags'),
    ignore: merged.get('ignore'),
    network: merged.get('network'),
    priority: merged.get('priority'),
    weight: merged.get('weight'),
    ttl: merged.get('ttl'),
    group: merged.get('group'),
    attributes: new Map([...merged].filter(([key]) => !CONSUMED.has(key))),
  };
}

/** The network that the container wants this port to be announced on; undefined where it says nothing. */
export function networkOfPort({ general, byPort }: ContainerMetadata, port: number): MetadataValue | undefined {
  return byPort.get(String(port))?.get('network') ?? general.get('network');
}

/** Why a value cannot be used, naming its key; undefined when it can. Never repeats the value: it may be a secret. */
export function valueFault({ value, source }: MetadataValue): string | undefined {
  if (value.length > MAX_VALUE_LENGTH) {
    return `${source} is ${value.length} characters long; at most ${MAX_VALUE_LENGTH} are read`;
  }
  const control = /\p{Cc}/u.exec(value)?.[0].codePointAt(0);
  if (control === undefined) return undefined;
  return `${source} holds the control character U+${control.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Tags are separated by commas, `\,` is a comma within one, and empty ones do not count. */
export function parseTags(text: string): readonly string[] {
  return text
    .split(/(?<!\\),/)
    .map((tag) => tag.replaceAll('\\,', ','))
    .filter((tag) => tag !== '');
}
