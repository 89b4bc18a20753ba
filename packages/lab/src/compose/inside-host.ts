import { runIn } from '../cluster/run-in.ts';
import type { EngineHost } from './engine-host.ts';

/** What etcd says of a key: it was written first at `createRevision`, unless it has been away since. */
export interface StoredKey {
  readonly key: string;
  readonly value: string;
  readonly createRevision: number;
}

/** All records in an etcd, by its keys in their order. */
export async function storedRecords(enter: readonly string[], endpoint: string): Promise<readonly StoredKey[]> {
  const command = ['etcdctl', '--endpoints', endpoint, 'get', '--prefix', '/skydns/', '--write-out=json'];
  const answer: unknown = JSON.parse(await runIn(enter, command, { ETCDCTL_API: '3' }));
  return readKeys(answer);
}

function readKeys(answer: unknown): readonly StoredKey[] {
  if (typeof answer !== 'object' || answer === null || !('kvs' in answer) || !Array.isArray(answer.kvs)) return [];
  return answer.kvs.map((each: Readonly<Record<string, unknown>>) => ({
    key: fromBase64(each['key']),
    value: fromBase64(each['value']),
    createRevision: Number(each['create_revision']),
  }));
}

function fromBase64(text: unknown): string {
  return Buffer.from(String(text), 'base64').toString('utf8');
}

/** What dig prints in short for a question to the host's own dns-server, a line each, sorted. */
export async function dig(host: EngineHost, name: string, type: string): Promise<readonly string[]> {
  const command = ['dig', `@${host.address}`, '+short', '+tries=1', '+time=1', name, type];
  const answer = await runIn(host.engine.enterNetwork, command);
  return answer
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

/** The health that an engine tells of each running container, by name. */
export async function containerHealth(host: EngineHost): Promise<ReadonlyMap<string, string>> {
  const ids = (await host.engine.docker('ps', '--quiet')).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return new Map();
  const format = '{{.Name}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}';
  const lines = (await host.engine.docker('inspect', '--format', format, ...ids)).split('\n');
  return new Map(lines.map((line) => [line.slice(1, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const));
}
