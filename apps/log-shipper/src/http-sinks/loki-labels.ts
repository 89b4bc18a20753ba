import type { ContainerMetadata } from '../containers/container-metadata.ts';

/** Loki's `max_label_names_per_series` is 15 unless it is told otherwise, and adds `service_name` of its own. */
const LABEL_LIMIT = 14;
/** Loki's `max_label_value_length`, in bytes. */
const VALUE_LIMIT_BYTES = 2_048;

/**
 * The labels of the stream that lines of a container belong to: host, container, image, source and, where lines tell it,
 * level, then the chosen labels of the container. The container's ID is none of them: every value of a label is a stream
 * of its own to Loki. Of labels whose names become the same the first one counts; those beyond what Loki takes, and empty
 * ones, which Loki does not tell from absent ones, are left out.
 * @see https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 */
export function lokiLabels(
  { host, name, image, labels }: ContainerMetadata,
  source: string,
  level: string | undefined,
): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  const add = (key: string, value: string): void => {
    const label = lokiLabelName(key);
    const text = cutValue(value);
    if (text !== '' && !chosen.has(label) && chosen.size < LABEL_LIMIT) chosen.set(label, text);
  };
  add('host', host);
  add('container', name);
  add('image', image);
  add('source', source);
  if (level !== undefined) add('level', level);
  for (const [key, value] of labels) add(key, value);
  return chosen;
}

/** Prometheus' data model: `[a-zA-Z_][a-zA-Z0-9_]*`, and two underscores in front are kept for Loki itself. */
export function lokiLabelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^_+/, '_');
  return /^[a-zA-Z_]/.test(name) ? name : `_${name}`;
}

function cutValue(value: string): string {
  if (Buffer.byteLength(value) <= VALUE_LIMIT_BYTES) return value;
  const cut = Buffer.from(value)
    .subarray(0, VALUE_LIMIT_BYTES - 3)
    .toString();
  return cut.replace(/\ufffd$/, '');
}
