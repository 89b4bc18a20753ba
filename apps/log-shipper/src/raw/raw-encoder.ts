import type { Container } from '@wharf/docker-watcher';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { utf8Boundary } from '../lines/utf8-boundary.ts';
import { DATAGRAM_LIMIT } from '../syslog/frame-message.ts';
import { priorityOf } from '../syslog/message-fields.ts';
import type { SyslogSettings } from '../syslog/syslog-settings.ts';
import { createLineTimes } from '../syslog/syslog-time.ts';
import type { LineTemplate } from '../templates/line-template.ts';
import type { TemplateScope } from '../templates/render-field.ts';
import { createTemplateData } from '../templates/template-data.ts';
import { createTemplateWriter } from '../templates/template-writer.ts';

export interface RawContext {
  /** Each message is a datagram; one that is too long is cut between characters. */
  readonly isDatagram: boolean;
  readonly wallMs: () => number;
  /** A message did not fit its datagram. */
  readonly onCut: () => void;
  readonly onTemplateFailure: TemplateScope['onFailure'];
}

/** The encoder of one container's lines for receivers that take what a template makes of them, with nothing around it. */
export function createRawEncoder(
  container: Container,
  template: LineTemplate,
  time: SyslogSettings['time'],
  { isDatagram, wallMs, onCut, onTemplateFailure }: RawContext,
): LineEncoder {
  const scope: TemplateScope = {
    data: createTemplateData(container),
    view: { priorityOf, ...createLineTimes(time, wallMs) },
    onFailure: onTemplateFailure,
  };
  const write = createTemplateWriter(template, scope);
  return (line, out) => {
    write(line, out);
    if (out.messageBytes === 0) return;
    if (isDatagram && out.messageBytes > DATAGRAM_LIMIT) {
      out.cut(utf8Boundary(out.message(), DATAGRAM_LIMIT));
      onCut();
    }
    out.end();
  };
}
