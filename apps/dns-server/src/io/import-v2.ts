import { type AgentContext, quoteValue } from '@wharf/agent';
import type { Entry, KeyStore } from '@wharf/etcd-client';
import type { StoredConfiguration } from '../configuration/stored-configuration.ts';
import type { EtcdAccess } from '../configure.ts';
import type { ImportSource } from '../import-v2/import-source.ts';
import type { ImportWord } from '../import-v2/import-words.ts';
import { isConfiguration } from '../import-v2/judge-v2-key.ts';
import { type ImportPut, type KeyAndReason, planImport } from '../import-v2/plan-import.ts';
import { renderImport } from '../import-v2/render-import.ts';
import { openStore, readEtcdTls } from './open-store.ts';
import { readV2Keys } from './read-v2-keys.ts';
import { forEachOf, writeImport } from './write-import.ts';

/** What is brought from where to where. */
export interface ImportV2Settings {
  readonly source: ImportSource;
  readonly words: ReadonlySet<ImportWord>;
  readonly etcd: EtcdAccess;
  readonly pathPrefix: string;
  /** What the server would make of the configuration among the keys. */
  readonly configuration: StoredConfiguration;
}

/**
 * Brings records from the version 2 of etcd to version 3, or says what it would bring; resolves to a report. Each key is
 * written in a transaction of its own that fails if the key is not as it was looked at, so that running it again, or beside
 * a registrar, is safe.
 * @throws Error when one of the two cannot be read or written; what was written by then stays
 */
export async function importV2(settings: ImportV2Settings, context: AgentContext): Promise<string> {
  const { source, words, etcd, pathPrefix, configuration } = settings;
  const keys = await readV2Keys(source, { tls: readEtcdTls(etcd) ?? {} });
  const store = openStore(etcd, context);
  try {
    const present = await readPresent(
      store,
      keys.map(({ key }) => key),
    );
    const plan = planImport(keys, present, {
      pathPrefix,
      registrations: words.has('registrations'),
      overwrite: words.has('overwrite'),
    });
    const isWritten = words.has('write');
    const refused = isWritten ? await writeImport(store, plan.puts) : new Set<string>();
    const { puts, same, leftOut } = plan;
    const changed = [...refused].map(
      (key): KeyAndReason => ({ key, reason: 'it was changed meanwhile: run this again' }),
    );
    return renderImport({
      from: `${source.origin}/${source.path}`,
      to: store.description,
      isWritten,
      puts: puts.filter(({ key }) => !refused.has(key)).map(describePut),
      same,
      leftOut: [...leftOut, ...changed],
      notes: notesOn(keys.find(({ key }) => isConfiguration(key, pathPrefix))?.value, configuration),
    });
  } finally {
    await store.close();
  }
}

async function readPresent(store: KeyStore, keys: readonly string[]): Promise<ReadonlyMap<string, Entry>> {
  const present = new Map<string, Entry>();
  await forEachOf(keys, async (key) => {
    const entry = await store.get(key);
    if (entry !== undefined) present.set(key, entry);
  });
  return present;
}

function describePut({ key, ttlSeconds, replaces }: ImportPut): KeyAndReason {
  const lease = ttlSeconds === undefined ? [] : [`for ${ttlSeconds} s`];
  const instead = replaces === undefined ? [] : ['in the place of another value'];
  return { key, reason: [...lease, ...instead].join(', ') };
}

function notesOn(json: string | undefined, configuration: StoredConfiguration): readonly string[] {
  if (json === undefined) return [];
  const { errors, unknown, ignored } = configuration.take(json, 'start');
  return [
    ...errors.map(({ option, value, message }) => `the configuration: ${option} ${quoteValue(value)} ${message}`),
    ...unknown.map((field) => `the configuration: "${field}" is no option of this server`),
    ...ignored.map((field) => `the configuration: "${field}" has no effect in the store`),
  ];
}
