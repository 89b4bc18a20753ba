import { describe, expect, it } from 'vitest';
import type { HostView, LabView } from './lab-view.ts';
import { renderLab, renderStatus } from './render-lab.ts';
import { renderLine, widthOf } from './styled-line.ts';

const READY = { kind: 'ready' } as const;
const ALL_READY = { registrar: READY, 'dns-server': READY, 'log-shipper': READY };

function host(number: number, more: Partial<HostView> = {}): HostView {
  return {
    name: `host-${number}`,
    address: `10.99.0.1${number}`,
    state: 'up',
    busy: undefined,
    health: { etcd: number === 1 ? 'leader' : 'follower', engineAnswers: true, agents: ALL_READY },
    lines: { total: 40 + number, perSecond: 5.2, missing: 0, repeated: 0 },
    ...more,
  };
}

function noerror(...addresses: readonly string[]) {
  return { rcode: 'NOERROR', addresses };
}

const [one, two, three] = ['10.99.0.11', '10.99.0.12', '10.99.0.13'];

const view: LabView = {
  domain: 'staging.example.local',
  elapsedMs: 83_400,
  hosts: [
    host(1),
    host(2, {
      state: 'cut-off',
      health: {
        etcd: 'alone',
        engineAnswers: false,
        agents: {
          ...ALL_READY,
          'dns-server': { kind: 'not-ready', reasons: ['etcd is away'] },
          'log-shipper': { kind: 'silent' },
        },
      },
      lines: { total: 7, perSecond: 0, missing: 2, repeated: 0 },
    }),
    host(3, { state: 'dead', busy: 'boot', health: undefined }),
  ],
  services: [
    { name: 'shop', replicas: [] },
    { name: 'web', replicas: ['host-1:32768', 'host-2:32769'] },
  ],
  answers: new Map([
    [
      'shop',
      new Map([
        ['host-1', { rcode: 'NXDOMAIN', addresses: [] }],
        ['host-2', { rcode: 'none', addresses: [] }],
        ['host-3', noerror(one)],
      ]),
    ],
    [
      'web',
      new Map([
        ['host-1', noerror(one, two, three)],
        ['host-2', noerror(three, one, two)],
      ]),
    ],
  ]),
  events: [
    { atMs: 900, text: 'everything is up', tone: 'plain' },
    { atMs: 12_345, text: 'host-2 cut off', tone: 'plain' },
  ],
  underWay: ['boot 3'],
  page: [],
};

function text(columns: number, rows: number, shown: LabView = view): readonly string[] {
  return renderLab(shown, { columns, rows }).map((line) => renderLine(line, false));
}

describe('renderLab', () => {
  it('shows hosts, services, the answers in their order and the newest events', () => {
    expect(text(140, 24)).toEqual([
      'wharf lab  staging.example.local  3 hosts  1:23  boot 3 ...',
      'HOST    ADDRESS     STATE     ETCD    ENGINE  LINES/S  LINES  LOST  AGENTS',
      'host-1  10.99.0.11  up        leader  up      5        41     0     ready',
      'host-2  10.99.0.12  cut-off   alone   silent  0        7      2     dns-server etcd is away; log-shipper silent',
      'host-3  10.99.0.13  boot ...  -       -       5        43     0     -',
      'SERVICE  RUNS ON',
      'shop     nowhere',
      'web      host-1:32768 host-2:32769',
      'DNS, A  host-1                            host-2                            host-3',
      'shop    no such name                      no answer                         -',
      'web     10.99.0.11 10.99.0.12 10.99.0.13  10.99.0.13 10.99.0.11 10.99.0.12  -',
      '    0.9 s  everything is up',
      '   12.3 s  host-2 cut off',
    ]);
  });

  it('cuts what is wrong with agents before anything else', () => {
    const lines = text(80, 24);
    expect(lines[3]).toMatch(/^host-2 {2}10\.99\.0\.12 {2}cut-off .* dns-ser.*…$/);
  });

  it('tells hosts by the last number of their addresses where there is no room for more', () => {
    expect(text(80, 24).slice(8, 11)).toEqual([
      'DNS, A  host-1        host-2       host-3',
      'shop    no such name  no answer    -',
      'web     .11 .12 .13   .13 .11 .12  -',
    ]);
  });

  it('breaks long events', () => {
    const events = [{ atMs: 1_000, text: 'web gone from the answers of host-1 after 9.8 s', tone: 'plain' as const }];
    expect(text(40, 24, { ...view, events }).slice(-2)).toEqual([
      '    1.0 s  web gone from the answers of',
      '           host-1 after 9.8 s',
    ]);
  });

  it('has blank rows between the parts on a tall terminal', () => {
    const blanks = text(140, 40).flatMap((line, index) => (line === '' ? [index] : []));
    expect(blanks).toEqual([1, 6, 10, 14]);
  });

  it('shows a page in place of the tables', () => {
    expect(text(80, 24, { ...view, page: ['kill 2  ends it', 'quit'] })).toEqual([
      expect.stringContaining('3 hosts'),
      'kill 2  ends it',
      'quit',
      'Enter goes back to the tables.',
      '    0.9 s  everything is up',
      '   12.3 s  host-2 cut off',
    ]);
  });

  it('keeps room for the newest events, whatever else must give way', () => {
    const lines = text(80, 8);
    expect(lines).toHaveLength(7);
    expect(lines.at(-1)).toContain('host-2 cut off');
  });

  it.each([
    [80, 24],
    [140, 40],
    [40, 10],
    [10, 3],
    [1, 1],
  ])('is never larger than %d columns and %d rows', (columns, rows) => {
    const events = Array.from({ length: 200 }, (_, n) => ({ atMs: n, text: 'x'.repeat(300), tone: 'bad' as const }));
    const lines = text(columns, rows, { ...view, events });
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  });
});

describe('renderStatus', () => {
  it('is the tables without the events', () => {
    const lines = renderStatus(view, 120).map((line) => renderLine(line, false));
    expect(lines[0]).toContain('3 hosts');
    expect(lines.join('\n')).not.toContain('everything is up');
    expect(lines).toHaveLength(11);
  });
});
