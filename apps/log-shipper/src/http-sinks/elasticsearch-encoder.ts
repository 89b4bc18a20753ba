import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { severityName, severityOf } from '../lines/severity.ts';
import { createDocumentIds } from './document-id.ts';
import { writeJsonBytes } from './json-bytes.ts';

/**
 * The encoder of one container's lines for the bulk API of Elasticsearch and OpenSearch: the action, LF, the document, LF. The
 * action is `create`, the only one that data streams take; fields are named as in the Elastic Common Schema.
 * @param nonce see `createDocumentIds`
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export function createElasticsearchEncoder(metadata: ContainerMetadata, nonce: string): LineEncoder {
  const idOf = createDocumentIds(metadata.id, nonce);
  const origin = JSON.stringify(originOf(metadata)).slice(1, -1);
  return (line, out) => {
    out.latin1(`{"create":{"_id":"${idOf(line)}"}}\n{"@timestamp":"${line.timestamp}","message":`);
    writeJsonBytes(line.bytes, out);
    const level = severityName(severityOf(line));
    out.utf8(`,"stream":"${line.source}","log":{"level":"${level}"},${origin}`);
    const fields = plainObject(line.fields ?? []);
    if (fields !== undefined) out.utf8(`,"fields":${JSON.stringify(fields)}`);
    out.latin1('}\n');
    out.end();
  };
}

function originOf({ host, id, name, image, labels }: ContainerMetadata): object {
  const chosen = plainObject(labels);
  return {
    host: { name: host },
    container: { id, name, image: { name: image }, ...(chosen === undefined ? {} : { labels: chosen }) },
  };
}

/**
 * Names and values as an object, undefined when there is none. Dots become underscores: Elasticsearch takes them for objects
 * within objects, so that `app` and `app.version` would exclude each other. A name of nothing but space is refused there.
 */
function plainObject(pairs: readonly (readonly [string, string])[]): Record<string, string> | undefined {
  const entries = pairs
    .filter(([name]) => name.trim() !== '')
    .map(([name, value]) => [name.replaceAll('.', '_'), value] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
