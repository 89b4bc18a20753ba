import { AGENT_NAMES } from '@wharf/lab';
import { shortenReason } from './describe-change.ts';
import type { AgentHealth, EtcdRole, HostHealth, HostView, LabEvent, LabView, ShownAnswer } from './lab-view.ts';
import { renderTable } from './render-table.ts';
import { fitLine, type Span, type StyledLine, span, type Tone, widthOf, wrapText } from './styled-line.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** With this many rows there are blank ones between the parts. */
const ROOMY_ROWS = 30;

/** So many rows the events have at least; the tables give way where there is not even room for these. */
const LEAST_EVENT_ROWS = 3;

/** What the times of events take. */
const TIME_WIDTH = 11;

/** What stands above the prompt: at most `rows` lines of at most `columns`, the newest events at the end. */
export function renderLab(view: LabView, { columns, rows }: ScreenSize): readonly StyledLine[] {
  const parts = [[renderTitle(view)], ...(view.page.length > 0 ? [renderPage(view)] : renderTables(view, columns))];
  const blank = rows >= ROOMY_ROWS ? [[]] : [];
  const tables = parts.flatMap((part) => [...part, ...blank]);
  const shown = tables.slice(0, Math.max(1, rows - LEAST_EVENT_ROWS));
  const left = rows - shown.length;
  const newest = left > 0 ? view.events.slice(-left) : [];
  const events = newest.flatMap((event) => renderEvent(event, columns)).slice(-left);
  return [...shown, ...(left > 0 ? events : [])].slice(0, Math.max(0, rows)).map((line) => fitLine(line, columns));
}

/** The tables alone, for where nothing is drawn over. */
export function renderStatus(view: LabView, columns: number): readonly StyledLine[] {
  return [[renderTitle(view)], ...renderTables(view, columns)].flat().map((line) => fitLine(line, columns));
}

/** `12.3 s  host-2 cut off`, on as many lines as that takes: when counts from the moment the lab was up. */
export function renderEvent({ atMs, text, tone }: LabEvent, columns: number): readonly StyledLine[] {
  const when = atMs === undefined ? '' : `${(atMs / 1_000).toFixed(1).padStart(7)} s  `;
  const { text: printable } = span(text);
  return wrapText(printable, Math.max(1, columns - TIME_WIDTH)).map((line, index) => [
    span((index === 0 ? when : '').padStart(TIME_WIDTH), 'dim'),
    span(line, tone),
  ]);
}

function renderPage({ page }: LabView): readonly StyledLine[] {
  return [...page.map((line) => [span(line)]), [span('Enter goes back to the tables.', 'dim')]];
}

function renderTitle({ domain, elapsedMs, hosts, underWay }: LabView): StyledLine {
  const minutes = Math.floor(elapsedMs / 60_000);
  const seconds = String(Math.floor(elapsedMs / 1_000) % 60).padStart(2, '0');
  const title = span(
    `wharf lab  ${domain}  ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}  ${minutes}:${seconds}`,
    'strong',
  );
  return underWay.length === 0 ? [title] : [title, span(`  ${underWay.join(', ')} ...`, 'warn')];
}

function renderTables(view: LabView, columns: number): readonly (readonly StyledLine[])[] {
  return [
    renderTable(
      [
        header('HOST', 'ADDRESS', 'STATE', 'ETCD', 'ENGINE', 'LINES/S', 'LINES', 'LOST', 'AGENTS'),
        ...view.hosts.map(renderHost),
      ],
      columns,
    ),
    renderTable([header('SERVICE', 'RUNS ON'), ...view.services.map(renderService)], columns),
    renderAnswers(view, columns),
  ];
}

function header(...titles: readonly string[]): StyledLine {
  return titles.map((title) => span(title, 'dim'));
}

function renderHost({ name, address, state, busy, health, lines }: HostView): StyledLine {
  return [
    span(name),
    span(address),
    busy === undefined ? span(state, STATE_TONES[state]) : span(`${busy} ...`, 'warn'),
    ...renderHealth(health),
    span(lines.perSecond.toFixed(0)),
    span(String(lines.total)),
    span(String(lines.missing), lines.missing === 0 ? 'plain' : 'bad'),
    health === undefined ? span('-', 'dim') : renderAgents(health),
  ];
}

const STATE_TONES: Readonly<Record<HostView['state'], Tone>> = { up: 'good', 'cut-off': 'warn', dead: 'bad' };

const ROLE_TONES: Readonly<Record<EtcdRole, Tone>> = {
  leader: 'strong',
  follower: 'plain',
  alone: 'warn',
  silent: 'bad',
};

function renderHealth(health: HostHealth | undefined): readonly Span[] {
  if (health === undefined) return [span('-', 'dim'), span('-', 'dim')];
  const engine = health.engineAnswers ? span('up') : span('silent', 'bad');
  return [span(health.etcd, ROLE_TONES[health.etcd]), engine];
}

function renderAgents({ agents }: HostHealth): Span {
  const troubles = AGENT_NAMES.flatMap((name) => describeTrouble(name, agents[name]));
  return troubles.length === 0 ? span('ready', 'good') : span(troubles.join('; '), 'warn');
}

function describeTrouble(name: string, health: AgentHealth): readonly string[] {
  if (health.kind === 'ready') return [];
  return [`${name} ${health.kind === 'silent' ? 'silent' : health.reasons.map(shortenReason).join(', ')}`];
}

function renderService({ name, replicas }: LabView['services'][number]): StyledLine {
  return [span(name), replicas.length === 0 ? span('nowhere', 'dim') : span(replicas.join(' '))];
}

function renderAnswers({ hosts, answers }: LabView, columns: number): readonly StyledLine[] {
  const table = (write: (address: string) => string): readonly StyledLine[] => [
    header('DNS, A', ...hosts.map(({ name }) => name)),
    ...[...answers].map(([name, byHost]) => [
      span(name),
      ...hosts.map((host) => renderAnswer(host, byHost.get(host.name), write)),
    ]),
  ];
  const whole = table((address) => address);
  // Where whole addresses do not fit, the last number of each tells which host it is.
  const isTooWide = renderTable(whole, Number.MAX_SAFE_INTEGER).some((line) => lineWidth(line) > columns);
  return renderTable(isTooWide ? table((address) => address.slice(address.lastIndexOf('.'))) : whole, columns);
}

function lineWidth(line: StyledLine): number {
  return line.reduce((total, { text }) => total + widthOf(text), 0);
}

function renderAnswer({ state }: HostView, answer: ShownAnswer | undefined, write: (address: string) => string): Span {
  if (state === 'dead' || answer === undefined) return span('-', 'dim');
  if (answer.rcode === 'none') return span('no answer', 'bad');
  if (answer.rcode === 'NXDOMAIN') return span('no such name', 'dim');
  if (answer.rcode !== 'NOERROR') return span(answer.rcode, 'bad');
  return answer.addresses.length === 0 ? span('no address', 'dim') : span(answer.addresses.map(write).join(' '));
}
