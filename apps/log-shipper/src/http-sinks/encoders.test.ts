import { describe, expect, it } from 'vitest';
import type { ContainerMetadata } from '../containers/container-metadata.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { createElasticsearchEncoder } from './elasticsearch-encoder.ts';
import { createJsonEncoder } from './json-encoder.ts';
import { composeLokiBody } from './loki-body.ts';
import { createLokiEncoder } from './loki-encoder.ts';

const web: ContainerMetadata = {
  host: 'east',
  id: '0123456789abcdef'.repeat(4),
  name: 'web',
  image: 'example/web:1',
  labels: [],
};
const texts = (messages: readonly Buffer[]): readonly string[] => messages.map(String);
const wholeSecond = '2026-02-03T04:05:06.000000000Z';

describe('createJsonEncoder', () => {
  it('writes an object and an LF', () => {
    const [message] = texts(encodeLines(createJsonEncoder(web), { bytes: 'a "line"' }));
    expect(message).toBe(
      '{"time":"2026-02-03T04:05:06.123456789Z","host":"east","container":"web",' +
        `"container_id":"${web.id}","image":"example/web:1","source":"stdout","severity":"info","message":"a \\"line\\""}\n`,
    );
  });

  it('has chosen labels, and fields that the line itself gave', () => {
    const labelled: ContainerMetadata = {
      ...web,
      labels: [
        ['tier', 'front'],
        ['__proto__', 'ß'],
      ],
    };
    const line = {
      bytes: '{}',
      source: 'stderr',
      severity: 4,
      fields: [
        ['user', 'ä'],
        ['path', '/'],
      ],
    } as const;
    const [message] = texts(encodeLines(createJsonEncoder(labelled), line));
    expect(message).toContain('"source":"stderr","severity":"warning","message":"{}"');
    expect(message).toMatch(/,"fields":\{"user":"ä","path":"\/"\},"labels":\{"tier":"front","__proto__":"ß"\}\}\n$/);
  });
});

describe('createElasticsearchEncoder', () => {
  const create = (metadata = web) => createElasticsearchEncoder(metadata, 'n1');

  it('writes a create action and a document of the common schema', () => {
    const [message] = texts(encodeLines(create(), { bytes: 'ahoy', source: 'stderr' }));
    const [action, document, rest] = (message ?? '').split('\n');
    expect(action).toMatch(/^\{"create":\{"_id":"0123456789ab-20260203T040506123456789-[0-9a-f]{1,8}-0"\}\}$/);
    expect(document).toBe(
      '{"@timestamp":"2026-02-03T04:05:06.123456789Z","message":"ahoy","stream":"stderr","log":{"level":"error"},' +
        `"host":{"name":"east"},"container":{"id":"${web.id}","name":"web","image":{"name":"example/web:1"}}}`,
    );
    expect(rest).toBe('');
  });

  it('has labels and fields with names that Elasticsearch takes as they are', () => {
    const labelled: ContainerMetadata = {
      ...web,
      labels: [
        ['com.example.tier', 'front'],
        [' ', 'x'],
      ],
    };
    const [message] = texts(encodeLines(create(labelled), { bytes: 'x', fields: [['http.status', '200']] }));
    expect(message).toContain('"labels":{"com_example_tier":"front"}}');
    expect(message).toContain(',"fields":{"http_status":"200"}}\n');
  });

  const idsOf = (messages: readonly Buffer[]): readonly string[] =>
    texts(messages).map((message) => /"_id":"([^"]+)"/.exec(message)?.[1] ?? '');

  it('gives a line that is encoded again after a restart the same id', () => {
    const lines = [{ bytes: 'one' }, { bytes: 'two', timestamp: '2026-02-03T04:05:07.000000001Z' }];
    const before = idsOf(encodeLines(create(), ...lines));
    const after = idsOf(encodeLines(createElasticsearchEncoder(web, 'n2'), ...lines.slice(1)));
    expect(after).toEqual(before.slice(1));
  });

  it('never gives two lines the same id', () => {
    const equal = Array.from({ length: 5 }, () => ({ bytes: 'same' }));
    const others = [{ bytes: 'same', source: 'stderr' }, { bytes: 'other' }] as const;
    const ids = idsOf(encodeLines(create(), ...equal, ...others));
    expect(new Set(ids).size).toBe(7);
    const elsewhere = idsOf(encodeLines(create({ ...web, id: 'f'.repeat(64) }), { bytes: 'same' }));
    expect(ids).not.toContain(elsewhere[0]);
  });

  it('takes no line for another one where the engine tells whole seconds only', () => {
    const line = { bytes: 'same', timestamp: wholeSecond };
    const [before] = idsOf(encodeLines(create(), line));
    const [after] = idsOf(encodeLines(createElasticsearchEncoder(web, 'n2'), line));
    expect(after).not.toBe(before);
  });
});

describe('createLokiEncoder', () => {
  it('writes the labels of the stream, LF, and the entry', () => {
    expect(texts(encodeLines(createLokiEncoder(web), { bytes: 'a "line"' }))).toEqual([
      '{"host":"east","container":"web","image":"example/web:1","source":"stdout"}\n["1770091506123456789","a \\"line\\""]',
    ]);
  });

  it('has a level only where the line tells it', () => {
    const [message] = texts(encodeLines(createLokiEncoder(web), { bytes: 'x', severity: 2 }));
    expect(message).toContain('"source":"stdout","level":"critical"}\n');
  });

  it('puts lines of one time one nanosecond after each other, for Loki keeps one of two that are equal', () => {
    const lines = [wholeSecond, wholeSecond, wholeSecond, '2026-02-03T04:05:07.000000000Z'].map((timestamp) => ({
      bytes: 'x',
      timestamp,
    }));
    const times = texts(encodeLines(createLokiEncoder(web), ...lines)).map((text) => /\["(\d+)"/.exec(text)?.[1]);
    expect(times).toEqual(['1770091506000000000', '1770091506000000001', '1770091506000000002', '1770091507000000000']);
  });
});

describe('composeLokiBody', () => {
  it('groups entries by stream and keeps their order', () => {
    const encode = createLokiEncoder({ ...web, image: '' });
    const other = createLokiEncoder({ ...web, image: '', name: 'db' });
    const messages = [
      ...encodeLines(encode, { bytes: 'one' }, { bytes: 'two' }, { bytes: 'err', source: 'stderr' }),
      ...encodeLines(other, { bytes: 'db' }),
      ...encodeLines(encode, { bytes: 'three' }),
    ];
    const at = '1770091506123456789';
    const after = '1770091506123456790';
    expect(JSON.parse(composeLokiBody(messages).toString())).toEqual({
      streams: [
        {
          stream: { host: 'east', container: 'web', source: 'stdout' },
          values: [
            [at, 'one'],
            [after, 'two'],
            ['1770091506123456792', 'three'],
          ],
        },
        { stream: { host: 'east', container: 'web', source: 'stderr' }, values: [['1770091506123456791', 'err']] },
        { stream: { host: 'east', container: 'db', source: 'stdout' }, values: [[at, 'db']] },
      ],
    });
  });
});
