import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { severityName, severityOf } from '../lines/severity.ts';
import { writeJsonBytes } from './json-bytes.ts';

/**
 * The encoder of one container's lines as JSON, one object and an LF a message, for receivers of application/x-ndjson. `fields`
 * and `labels` are there only when they hold something.
 */
export function createJsonEncoder({ host, id, name, image, labels }: ContainerMetadata): LineEncoder {
  const origin = JSON.stringify({ host, container: name, container_id: id, image }).slice(1, -1);
  const chosen = labels.length === 0 ? '' : `,"labels":${JSON.stringify(Object.fromEntries(labels))}`;
  return (line, out) => {
    const severity = severityName(severityOf(line));
    out.utf8(`{"time":"${line.timestamp}",${origin},"source":"${line.source}","severity":"${severity}","message":`);
    writeJsonBytes(line.bytes, out);
    if (line.fields !== undefined && line.fields.length > 0) {
      out.utf8(`,"fields":${JSON.stringify(Object.fromEntries(line.fields))}`);
    }
    out.utf8(`${chosen}}\n`);
    out.end();
  };
}
