import type { Container } from '@wharf/docker-watcher';
import { severityOf } from '../lines/severity.ts';
import { createField, type Field, type FieldSettings, type TemplateScope } from '../templates/render-field.ts';
import { headerField, headerLimits } from './header-field.ts';
import { isStructuredData, withoutControls } from './structured-data.ts';
import type { SyslogSettings } from './syslog-settings.ts';

/** Facility user (1), as in the original. */
const FACILITY = 8;
const PRIORITY = /^(?:\d|[1-9]\d|1[0-8]\d|19[01])$/;
/** RFC 5424, section 6.2.3. */
const TIMESTAMP = /^(?:-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d))$/;
/** Longer than any time that people write. */
const TIME_LIMIT = 64;

/** The fields of a message's header and what a template says of structured data, all of them fit to be written. */
export interface MessageFields {
  readonly priority: Field;
  readonly timestamp: Field;
  readonly hostname: Field;
  readonly tag: Field;
  readonly pid: Field;
  /** With brackets; empty for none. */
  readonly structuredData: Field;
}

/** 14 for standard output and 11 for standard error (RFC 5424, section 6.2.1), unless the line tells its severity. */
export function priorityOf(line: Parameters<typeof severityOf>[0]): number {
  return FACILITY + severityOf(line);
}

/** @param hostname stands for every container's own when it is not empty */
export function messageFields(
  container: Pick<Container, 'name' | 'hostname' | 'state'>,
  { format, templates, escape }: Pick<SyslogSettings, 'format' | 'templates' | 'escape'>,
  hostname: string,
  scope: TemplateScope,
): MessageFields {
  const header = (text: string, limit: number) => ({
    fallback: () => headerField(text, limit),
    fit: (rendered: string) => headerField(rendered, limit),
  });
  const tagLimit = format === 'rfc3164' ? headerLimits.tag : headerLimits.appName;
  const field = (settings: FieldSettings): Field => createField(settings, scope);
  const ownHostname = header(container.hostname, headerLimits.host);
  return {
    priority: field({
      template: templates.priority,
      fallback: (line) => String(priorityOf(line)),
      fit: (text) => (PRIORITY.test(text) ? text : undefined),
    }),
    timestamp: field({
      template: templates.timestamp,
      fallback: scope.view.timeOf,
      fit: format === 'rfc3164' ? fitBsdTime : (text) => (TIMESTAMP.test(text) ? text : undefined),
    }),
    hostname:
      hostname === ''
        ? field({ template: templates.hostname, ...ownHostname })
        : { isOfLine: false, text: () => headerField(hostname, headerLimits.host) },
    tag: field({ template: templates.tag, ...header(container.name, tagLimit) }),
    pid: field({ template: templates.pid, ...header(String(container.state.pid), headerLimits.procId) }),
    structuredData: field({
      template: templates.structuredData,
      fallback: () => '',
      fit: escape ? fitStructuredData : wrapElement,
    }),
  };
}

/** Times of BSD syslog have spaces. */
function fitBsdTime(text: string): string | undefined {
  return text === '' || text.length > TIME_LIMIT ? undefined : text.replace(/[^ -~]/gu, '_');
}

/** What is no structured data would make the whole message unreadable. */
function fitStructuredData(text: string): string | undefined {
  const element = wrapElement(text.trim());
  return element === '' || isStructuredData(element) ? element : undefined;
}

/** As the original has it; but for control characters, which would end a message in its middle. */
function wrapElement(text: string): string {
  return text === '' || text === '-' ? '' : `[${withoutControls(text)}]`;
}
