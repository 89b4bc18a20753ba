import { failure, type OptionError, type Subcommand, success, type Task } from '@wharf/agent';
import type { dnsServerCommand } from './command.ts';
import { createStoredConfiguration } from './configuration/stored-configuration.ts';
import { configure, type DnsServerLine } from './configure.ts';
import { parseImportSource } from './import-v2/import-source.ts';
import { importWords, isImportWord } from './import-v2/import-words.ts';
import { importV2 } from './io/import-v2.ts';

const importCommand: Subcommand = {
  name: 'import-v2',
  summary: 'Brings records and configuration from the version 2 of etcd to version 3, or says what it would bring.',
  usage: `<URL> [${importWords.join('] [')}] [options]`,
  positionals: {
    name: '<URL> and words',
    summary:
      'The etcd to read from, whose path is the key to begin at (-path-prefix when absent); write does what is otherwise only said, overwrite replaces other values of keys that no registrar keeps, and registrations takes what registrars write too. It goes to the etcd of -machines, which write wants to be given.',
    min: 1,
    max: 1 + importWords.length,
    check: wordErrors,
  },
  examples: [
    {
      command: 'dns-server import-v2 http://10.0.0.11:4001 -machines http://10.0.0.11:2379',
      summary: 'Says what of the old records would be written, and what not and why.',
    },
    {
      command: 'dns-server import-v2 http://10.0.0.11:4001 write -machines http://10.0.0.11:2379',
      summary: 'Writes it. Doing so again writes nothing.',
    },
  ],
};

/** `dns-server import-v2`: put in front of a DNS server's own arguments, it fills the store that the server reads. */
export const importV2Task: Task<(typeof dnsServerCommand)['options']> = {
  subcommand: importCommand,
  configure(line) {
    const [url = '', ...words] = line.positionals;
    const settings = configure(line);
    const source = parseImportSource(url, line.options.pathPrefix);
    const errors: OptionError[] = [
      ...(source.ok ? [] : [{ option: '<URL>', value: url, message: source.error }]),
      ...wordErrors(line.positionals),
      ...targetErrors(line),
      ...(settings.ok ? [] : settings.error),
    ];
    if (!source.ok || !settings.ok || errors.length > 0) return failure(errors);
    const { etcd, server } = settings.value;
    const configuration = createStoredConfiguration(line, server);
    const wanted = new Set(words.filter(isImportWord));
    const { pathPrefix } = server;
    return success((context) =>
      importV2({ source: source.value, words: wanted, etcd, pathPrefix, configuration }, context),
    );
  },
};

/** What is compared with the default by mistake is a report that surprises; what is written there has to be found again. */
function targetErrors({ positionals: [, ...words], given }: DnsServerLine): readonly OptionError[] {
  if (!words.includes('write') || given.has('machines')) return [];
  const message = 'must be given with write: the etcd to write to (or the variable ETCD_MACHINES)';
  return [{ option: '-machines', value: '', message }];
}

function wordErrors([, ...words]: readonly string[]): readonly OptionError[] {
  return words
    .filter((word) => !isImportWord(word))
    .map((word) => ({ option: '<word>', value: word, message: `is none of ${importWords.join(', ')}` }));
}
