import {
  type EtcdServer,
  freePort,
  type HttpAnswer,
  type HttpReceiver,
  startEtcd,
  startHttpReceiver,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readV2Keys } from './read-v2-keys.ts';

const cleanup = new AsyncDisposableStack();
let receiver: HttpReceiver;
let etcd: EtcdServer;

beforeAll(async () => {
  [receiver, etcd] = await Promise.all([startHttpReceiver(), startEtcd()]);
  cleanup.defer(() => receiver.close());
  cleanup.defer(() => etcd.stop());
});

afterAll(() => cleanup.disposeAsync());

const LISTING = '{"node":{"key":"/skydns","dir":true,"nodes":[{"key":"/skydns/a b","value":"{}"}]}}';

describe('readV2Keys', () => {
  const read = (answer: HttpAnswer, limits: { timeoutMs?: number; maxBytes?: number } = {}) => {
    receiver.answerWith(answer);
    return readV2Keys({ origin: receiver.url, path: 'skydns/a b' }, { tls: {}, ...limits });
  };

  it('asks for everything below the key, as a majority has it', async () => {
    expect(await read({ body: LISTING })).toEqual([{ key: '/skydns/a b', value: '{}', ttlSeconds: undefined }]);
    expect(receiver.requests.at(-1)).toMatchObject({
      method: 'GET',
      path: '/v2/keys/skydns/a%20b?recursive=true&sorted=true&quorum=true',
    });
  });

  it.each([
    [{ status: 404, body: '{"errorCode":100,"message":"Key not found"}' }, 'has nothing at /skydns/a b'],
    [{ status: 401, body: '{"message":"Insufficient credentials"}' }, 'without a password'],
    [{ status: 307, headers: { location: 'http://127.0.0.1:1/' } }, 'does not list its keys: 307'],
    [{ status: 500, body: '\u001b[2J'.repeat(1_000) }, 'does not list its keys: 500 "\\u001b[2J'],
    [{ body: '<html>' }, 'does not answer as the version 2'],
    [{ body: LISTING, fault: 'cut-within' as const }, 'cannot be read'],
  ])('says what is wrong with %j', async (answer, message) => {
    await expect(read(answer)).rejects.toThrow(message);
  });

  it('reads no more, and waits no longer, than it may', async () => {
    await expect(read({ body: LISTING }, { maxBytes: 20 })).rejects.toThrow('longer than 20 octets');
    await expect(read({ fault: 'hang' }, { timeoutMs: 50 })).rejects.toThrow('no answer within 50 ms');
  });

  it('says that an etcd has no version 2, and that there is none', async () => {
    const source = { origin: etcd.url, path: 'skydns' };
    await expect(readV2Keys(source, { tls: {} })).rejects.toThrow('--enable-v2');
    const nobody = { origin: `http://127.0.0.1:${await freePort()}`, path: 'skydns' };
    await expect(readV2Keys(nobody, { tls: {} })).rejects.toThrow('ECONNREFUSED');
  });
});
