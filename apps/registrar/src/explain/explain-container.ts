import { escapeControls } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import type { AnnouncedService, ContainerRecords } from '../records/container-records.ts';
import type { DuplicateKey } from '../records/merge-records.ts';
import type { SkippedPort } from '../services/service.ts';
import { renderPort } from '../services/service-ports.ts';
import { isRunning } from '../services/serving.ts';
import { keyHolders } from './key-holders.ts';

/** What is to be explained about a container. */
export interface ContainerFacts {
  readonly container: Container;
  /** What it gives. */
  readonly records: ContainerRecords;
  /** The keys that several services of this host ask for. */
  readonly duplicates: readonly DuplicateKey[];
}

const LABEL_WIDTH = 12;

/**
 * For people, on a terminal: what a container is, the services that it gives, each with its keys and values, and for every
 * port left out why. Of attributes the names alone are shown; those that are published are in the value. Whatever the
 * container says of itself comes out as text, one line each.
 */
export function explainContainer({ container, records, duplicates }: ContainerFacts): string {
  const holderOf = keyHolders(records, duplicates);
  const { announced, skipped, warnings } = records;
  const sections = [
    renderContainer(container),
    ...announced.map((service) => renderService(service, holderOf)),
    announced.length === 0 ? [row('services', whyNone(container, skipped))] : [],
    list(
      'left out',
      skipped.toSorted(byPort).map((port) => renderSkipped(port, container.name)),
    ),
    list(
      'warnings',
      warnings.map((warning) => withoutStart(warning, [`container ${container.name}: `])),
    ),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

type Lines = readonly string[];

function renderContainer(container: Container): Lines {
  return [
    row('container', container.name),
    row('ID', container.id.slice(0, 12)),
    row('image', container.image),
    row('state', renderState(container)),
  ];
}

function renderState(container: Container): string {
  const { paused, restarting, startedAt, exitCode, health } = container.state;
  if (restarting) return `waits to be started again, after exit code ${exitCode}`;
  if (isRunning(container)) {
    const checked = health === 'none' ? '' : `, health check: ${health}`;
    return `${paused ? 'paused' : 'running'} since ${startedAt}${checked}`;
  }
  // The year 1 is Docker's word for never.
  return startedAt === '' || startedAt.startsWith('0001-') ? 'never started' : `ended with exit code ${exitCode}`;
}

function renderService({ service, entries }: AnnouncedService, holderOf: ReturnType<typeof keyHolders>): Lines {
  const { name, id, address, port, containerPort, protocol, tags, attributes } = service;
  const host = address.includes(':') ? `[${address}]` : address;
  return [
    row('service', name),
    detail('ID', id),
    detail('address', `${host}:${port}, for port ${renderPort({ port: containerPort, protocol })} of the container`),
    ...(tags.length === 0 ? [] : [detail('tags', tags.join(', '))]),
    ...(attributes.size === 0 ? [] : [detail('attributes', [...attributes.keys()].toSorted().join(', '))]),
    ...entries.flatMap((entry) => {
      const holder = holderOf(entry);
      const taken = holder === undefined ? [] : [detail('but', `${holder} asks for this key too, and has it`)];
      return [detail('key', entry.key), detail('value', entry.value), ...taken];
    }),
  ];
}

function whyNone(container: Container, skipped: readonly SkippedPort[]): string {
  if (!isRunning(container)) return 'none: it is not running, so nothing is registered';
  if (skipped.length > 0) return 'none';
  return 'none: it has no ports (EXPOSE and --expose name them, -p publishes them)';
}

/** Reasons and warnings name the container and the port, as logs need it; here both are there already. */
function renderSkipped({ port, reason }: SkippedPort, name: string): string {
  const rest = withoutStart(reason, [`container ${name}: port ${port} `, `container ${name}: `, `container ${name} `]);
  return `${(port === '*' ? 'all ports' : port).padEnd(LABEL_WIDTH)}${rest}`;
}

/** What concerns the whole container first. */
function byPort(a: SkippedPort, b: SkippedPort): number {
  return numberOf(a) - numberOf(b);
}

function numberOf({ port }: SkippedPort): number {
  return port === '*' ? 0 : Number.parseInt(port, 10);
}

function withoutStart(text: string, starts: readonly string[]): string {
  const start = starts.find((candidate) => text.startsWith(candidate)) ?? '';
  return text.slice(start.length);
}

function list(title: string, items: readonly string[]): Lines {
  return items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  ${escapeControls(item)}`)];
}

function row(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${escapeControls(text)}`;
}

function detail(label: string, text: string): string {
  return `  ${row(label, text)}`;
}
