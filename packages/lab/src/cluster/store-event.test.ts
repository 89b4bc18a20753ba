import { describe, expect, it } from 'vitest';
import { parseWatchLine } from './store-event.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('parseWatchLine', () => {
  it('reads the changes of a response', () => {
    const put = `{"kv":{"key":"${base64('/a')}","mod_revision":7,"value":"${base64('1')}","lease":7587848390012345679}}`;
    const remove = `{"type":1,"kv":{"key":"${base64('/b')}","mod_revision":8}}`;
    const line = `{"Header":{"revision":9},"Events":[${put},${remove}],"CompactRevision":0,"Canceled":false}`;
    expect(parseWatchLine(line)).toEqual([
      { revision: 7, type: 'put', key: '/a', value: '1', lease: '7587848390012345679' },
      { revision: 8, type: 'delete', key: '/b', value: '', lease: '0' },
    ]);
  });

  it('finds none in a response that only says that the watch began', () => {
    expect(parseWatchLine('{"Header":{"revision":9},"Events":null,"Created":true}')).toEqual([]);
  });

  it.each(['7', '{"Events":[7]}', '{"Events":[],"Canceled":true,"CompactRevision":5}'])('refuses %s', (line) => {
    expect(() => parseWatchLine(line)).toThrow(line);
  });
});
