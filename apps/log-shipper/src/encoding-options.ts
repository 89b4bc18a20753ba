import { choice, defineOptions, integer, type OptionType, type OptionValues, toggle } from '@wharf/agent';
import { type LabelPattern, labelPatternsType } from './containers/container-metadata.ts';
import { ownOption, routeOptionsOf } from './routes/own-option.ts';
import type { Destination, Route } from './routes/route.ts';
import type { RouteOption } from './routes/route-options.ts';
import type { TcpFraming } from './syslog/frame-message.ts';
import { EXAMPLE_ENTERPRISE, sdValue } from './syslog/structured-data.ts';
import type { SyslogFormat, SyslogSettings, SyslogTemplates, SyslogTime } from './syslog/syslog-settings.ts';
import { type LineTemplate, lineTemplate, templateType } from './templates/line-template.ts';

/** The largest private enterprise number that IANA can give. */
const LARGEST_ENTERPRISE = 4_294_967_295;

const defaultFormat: SyslogFormat = 'rfc5424';
const defaultFraming: TcpFraming = 'traditional';
const defaultTime: SyslogTime = 'engine';

const syslogOptions = defineOptions({
  syslogFormat: {
    flag: 'syslog-format',
    variables: ['SYSLOG_FORMAT'],
    type: choice(['rfc5424', 'rfc3164']),
    default: defaultFormat,
    summary: 'The form of syslog messages.',
  },
  syslogTcpFraming: {
    flag: 'syslog-tcp-framing',
    variables: ['SYSLOG_TCP_FRAMING'],
    type: choice(['traditional', 'octet-counted']),
    default: defaultFraming,
    summary: 'What separates syslog messages over TCP and TLS: a line feed after each, or the length before each.',
  },
  syslogPriority: {
    flag: 'syslog-priority',
    variables: ['SYSLOG_PRIORITY'],
    type: templateType,
    default: lineTemplate('{{.Priority}}'),
    summary: 'The Go template of the priority, a number from 0 to 191.',
  },
  syslogTimestamp: {
    flag: 'syslog-timestamp',
    variables: ['SYSLOG_TIMESTAMP'],
    type: templateType,
    default: lineTemplate('{{.Timestamp}}'),
    summary: 'The Go template of the time; in RFC 5424 it must be a time as that has it.',
    example: '{{.Time.Format "Jan _2 15:04:05"}}',
  },
  syslogHostname: {
    flag: 'syslog-hostname',
    variables: ['SYSLOG_HOSTNAME'],
    type: templateType,
    default: lineTemplate('{{.Container.Config.Hostname}}'),
    summary: 'The Go template of the host name; what stands in /etc/host_hostname beats it.',
  },
  syslogTag: {
    flag: 'syslog-tag',
    variables: ['SYSLOG_TAG'],
    type: templateType,
    default: lineTemplate('{{.ContainerName}}'),
    summary: "The Go template of the tag, RFC 5424's APP-NAME.",
    example: '{{index (.ContainerNameSplitN "." 2) 0}}',
  },
  syslogPid: {
    flag: 'syslog-pid',
    variables: ['SYSLOG_PID'],
    type: templateType,
    default: lineTemplate('{{.Container.State.Pid}}'),
    summary: 'The Go template of the process ID.',
  },
  syslogStructuredData: {
    flag: 'syslog-structured-data',
    variables: ['SYSLOG_STRUCTURED_DATA'],
    type: templateType,
    default: lineTemplate('-'),
    summary: 'The Go template of an element of structured data, without its brackets; - for none.',
    example: 'app@32473 team="{{index .Container.Config.Labels "team"}}"',
  },
  syslogData: {
    flag: 'syslog-data',
    variables: ['SYSLOG_DATA'],
    type: templateType,
    default: lineTemplate('{{.Data}}'),
    summary: 'The Go template of the text of syslog messages.',
    example: '{"log": {{toJSON .Data}}}',
  },
  syslogEscape: {
    flag: 'syslog-escape',
    variables: ['SYSLOG_ESCAPE'],
    type: toggle(),
    default: true,
    summary:
      'Escape values that the template of structured data takes from containers, and leave out what is no element of RFC 5424; the original does neither.',
  },
  syslogTime: {
    flag: 'syslog-time',
    variables: ['SYSLOG_TIME'],
    type: choice(['engine', 'engine-seconds', 'read']),
    default: defaultTime,
    summary:
      "The time of a message: the engine's to the microsecond or to the second, or as the original has it, the second in which the line was read.",
  },
  syslogMetadata: {
    flag: 'syslog-metadata',
    variables: ['SYSLOG_METADATA'],
    type: toggle(),
    default: false,
    summary: 'Tell in structured data (RFC 5424) which container a line is from: host, ID, name, image, labels.',
  },
  syslogSequence: {
    flag: 'syslog-sequence',
    variables: ['SYSLOG_SEQUENCE'],
    type: toggle(),
    default: false,
    summary:
      'Number the messages of a route in structured data (RFC 5424), so that a receiver sees whether one is missing.',
  },
  syslogEnterprise: {
    flag: 'syslog-enterprise',
    variables: ['SYSLOG_ENTERPRISE'],
    type: integer({ min: 1, max: LARGEST_ENTERPRISE }),
    default: EXAMPLE_ENTERPRISE,
    summary: 'The private enterprise number in the names of such structured data; the default is one for examples.',
  },
});

const labelOptions = defineOptions({
  labels: {
    flag: 'labels',
    variables: ['LABELS'],
    type: labelPatternsType,
    default: [],
    summary: 'The labels of containers that HTTP sinks and -syslog-metadata tell, by patterns of their names.',
    example: 'com.example.*,team',
  },
});

const rawOptions = defineOptions({
  rawFormat: {
    flag: 'raw-format',
    variables: ['RAW_FORMAT'],
    type: templateType,
    default: lineTemplate('{{.Data}}{{"\\n"}}'),
    summary: 'The Go template of messages of raw routes; a line of which it makes nothing is not sent.',
    example: '{"container": "{{.ContainerName}}", "message": {{toJSON .Data}}}{{"\\n"}}',
  },
});

export const encodingOptions = { ...syslogOptions, ...labelOptions, ...rawOptions };

/** The values of the agent's options. */
export type EncodingOptions = OptionValues<typeof encodingOptions>;

const isSyslog = ({ adapter }: Destination): boolean => adapter === 'syslog';

export const encodingRouteOptions: readonly RouteOption[] = [
  ...routeOptionsOf(syslogOptions, isSyslog),
  ...routeOptionsOf(labelOptions, ({ adapter }) => adapter !== 'raw' && adapter !== 'stdout'),
  ...routeOptionsOf(rawOptions, ({ adapter }) => adapter === 'raw'),
  {
    name: 'append_tag',
    parse: (text) => templateType.parse(text),
    summary: 'Added to the tag, unless -syslog-tag says what that is.',
    of: isSyslog,
  },
  {
    name: 'structured_data',
    parse: (text) => templateType.parse(text),
    summary: 'As -syslog-structured-data, which it beats.',
    of: isSyslog,
  },
];

/** What the messages of a route hold. */
export interface RouteEncoding {
  readonly syslog: SyslogSettings;
  readonly rawFormat: LineTemplate;
  readonly labels: readonly LabelPattern[];
}

/**
 * What the agent's options ask for, and a route's own, which beat them.
 * @throws TypeError for an option that `encodingRouteOptions` refuses
 */
export function routeEncoding(given: EncodingOptions, { options }: Pick<Route, 'options'>): RouteEncoding {
  const own = <T>(option: { readonly flag: string; readonly type: OptionType<T> }, otherwise: NoInfer<T>): T =>
    ownOption(options, option, otherwise);
  const escape = own(syslogOptions.syslogEscape, given.syslogEscape);
  const templates: SyslogTemplates = {
    priority: own(syslogOptions.syslogPriority, given.syslogPriority),
    timestamp: own(syslogOptions.syslogTimestamp, given.syslogTimestamp),
    hostname: own(syslogOptions.syslogHostname, given.syslogHostname),
    tag: tagTemplate(own(syslogOptions.syslogTag, given.syslogTag), options.get('append_tag')),
    pid: own(syslogOptions.syslogPid, given.syslogPid),
    structuredData: structuredDataTemplate(
      own(
        { ...syslogOptions.syslogStructuredData, flag: 'structured_data' },
        own(syslogOptions.syslogStructuredData, given.syslogStructuredData),
      ),
      escape,
    ),
    data: own(syslogOptions.syslogData, given.syslogData),
  };
  return {
    syslog: {
      templates,
      escape,
      format: own(syslogOptions.syslogFormat, given.syslogFormat),
      tcpFraming: own(syslogOptions.syslogTcpFraming, given.syslogTcpFraming),
      time: own(syslogOptions.syslogTime, given.syslogTime),
      metadata: own(syslogOptions.syslogMetadata, given.syslogMetadata),
      sequence: own(syslogOptions.syslogSequence, given.syslogSequence),
      enterprise: own(syslogOptions.syslogEnterprise, given.syslogEnterprise),
    },
    rawFormat: own(rawOptions.rawFormat, given.rawFormat),
    labels: own(labelOptions.labels, given.labels),
  };
}

/** What is appended counts only where nothing else was asked for, were it the same as the default. */
function tagTemplate(tag: LineTemplate, appended: string | undefined): LineTemplate {
  if (appended === undefined || tag !== syslogOptions.syslogTag.default) return tag;
  return lineTemplate(tag.source + appended);
}

function structuredDataTemplate(template: LineTemplate, escapes: boolean): LineTemplate {
  return escapes ? lineTemplate(template.source, sdValue) : template;
}

/**
 * Whether templates name more of a container than is kept of it anyway: what the engine says of it must then be kept,
 * which is several KB for each container.
 */
export function needsInspection(given: EncodingOptions, routes: readonly Pick<Route, 'options'>[]): boolean {
  const usual = new Set(Object.values(encodingOptions).map((option) => option.default));
  return [{ options: new Map<string, string>() }, ...routes].some((route) => {
    const { syslog, rawFormat } = routeEncoding(given, route);
    return [...Object.values(syslog.templates), rawFormat].some(
      (template: LineTemplate) => template.reads.has('Container') && !usual.has(template),
    );
  });
}
