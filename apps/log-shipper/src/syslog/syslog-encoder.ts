import type { Container } from '@wharf/docker-watcher';
import type { ContainerMetadata } from '../containers/container-metadata.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine } from '../lines/log-line.ts';
import { type Field, perVariant, type TemplateScope } from '../templates/render-field.ts';
import { createTemplateData } from '../templates/template-data.ts';
import { createTemplateWriter } from '../templates/template-writer.ts';
import { endMessage, type Framing } from './frame-message.ts';
import { type MessageFields, messageFields, priorityOf } from './message-fields.ts';
import { metadataElements } from './metadata-elements.ts';
import type { Sequence } from './sequence.ts';
import { sdElement } from './structured-data.ts';
import type { SyslogSettings } from './syslog-settings.ts';
import { createLineTimes } from './syslog-time.ts';

/** What the messages of a route need besides its settings. */
export interface SyslogContext {
  readonly framing: Framing;
  /** Stands for every container's own host name; empty for none. */
  readonly hostname: string;
  /** Numbers the messages of the route, where they are to be numbered. */
  readonly sequence: Sequence;
  readonly wallMs: () => number;
  /** A message did not fit its datagram. */
  readonly onCut: () => void;
  readonly onTemplateFailure: TemplateScope['onFailure'];
}

/**
 * The encoder of one container's lines. A message is as the original sends it:
 * - RFC 5424: `<pri>1 time host app-name procid - structured-data text`;
 * - RFC 3164: `<pri>time host tag[pid]: text`, the time in the form of RFC 5424 too.
 *
 * The text is the container's bytes as they are, unless a template says otherwise.
 */
export function createSyslogEncoder(
  container: Container,
  metadata: ContainerMetadata,
  settings: SyslogSettings,
  context: SyslogContext,
): LineEncoder {
  const { framing, onCut } = context;
  const scope: TemplateScope = {
    data: createTemplateData(container),
    view: { priorityOf, ...createLineTimes(settings.time, context.wallMs) },
    onFailure: context.onTemplateFailure,
  };
  const fields = messageFields(container, settings, context.hostname, scope);
  const { start, afterTime } =
    settings.format === 'rfc3164' ? bsdHeader(fields) : ietfHeader(fields, metadata, settings, context.sequence);
  const time = fields.timestamp.text;
  const writeData = createTemplateWriter(settings.templates.data, scope);
  return (line, out) => {
    out.latin1(start(line) + time(line) + afterTime(line));
    writeData(line, out);
    if (!endMessage(out, framing)) onCut();
  };
}

/** What stands before the time and between it and the text; each character is one byte. */
interface Header {
  readonly start: (line: LogLine) => string;
  readonly afterTime: (line: LogLine) => string;
}

function bsdHeader({ priority, hostname, tag, pid }: MessageFields): Header {
  return {
    start: joined([priority], (line) => `<${priority.text(line)}>`),
    afterTime: joined([hostname, tag, pid], (line) => ` ${hostname.text(line)} ${tag.text(line)}[${pid.text(line)}]: `),
  };
}

function ietfHeader(
  { priority, hostname, tag, pid, structuredData }: MessageFields,
  metadata: ContainerMetadata,
  settings: Pick<SyslogSettings, 'metadata' | 'sequence' | 'enterprise'>,
  sequence: Sequence,
): Header {
  const { enterprise } = settings;
  const start = joined([priority], (line) => `<${priority.text(line)}>1 `);
  const origin = joined(
    [hostname, tag, pid],
    (line) => ` ${hostname.text(line)} ${tag.text(line)} ${pid.text(line)} - `,
  );
  const elements = joined([structuredData], (line) => {
    const own = settings.metadata ? metadataElements(metadata, line.source, enterprise) : '';
    return toBinary(own + structuredData.text(line));
  });
  const ofContainer = joined(
    [hostname, tag, pid, structuredData],
    (line) => `${origin(line)}${elements(line) || '-'} `,
  );
  const numbered = joined([hostname, tag, pid], (line) => `${origin(line)}[meta sequenceId="`);
  const run = sdElement(`shipper@${enterprise}`, [['run', sequence.run]]);
  const afterNumber = joined([structuredData], (line) => `"]${run}${elements(line)}`);
  return {
    start,
    afterTime(line) {
      const { fields } = line;
      if (!settings.sequence && fields === undefined) return ofContainer(line);
      const ofLine = fields === undefined ? '' : toBinary(sdElement(`line@${enterprise}`, fields));
      if (settings.sequence) return numbered(line) + sequence.next() + afterNumber(line) + ofLine + ' ';
      return `${origin(line)}${elements(line) + ofLine || '-'} `;
    },
  };
}

/** Makes a text anew for each line only where a field asks for that. */
function joined(fields: readonly Field[], make: (line: LogLine) => string): (line: LogLine) => string {
  return fields.some(({ isOfLine }) => isOfLine) ? make : perVariant(make);
}

/** The bytes of a text in UTF-8, each as one character. */
function toBinary(text: string): string {
  return Buffer.from(text).toString('latin1');
}
