import { choice, defineOptions, durationMs, failure, type OptionType, string, success } from '@wharf/agent';
import { excludedLabelsType } from './excluded-labels.ts';

/** On only when the text is `true` in exactly these letters, as the original reads it. */
const exactlyTrue: OptionType<boolean> = {
  placeholder: 'true|false',
  isSwitch: true,
  parse: (text) => ({ ok: true, value: text === 'true' }),
  doubt: (text) =>
    ['true', 'false', ''].includes(text) ? undefined : 'counts as false: only true, in these letters, is true',
  render: String,
};

/** A number of entries, or `all`. */
const tailType: OptionType<number | undefined> = {
  placeholder: 'all|entries',
  parse(text) {
    if (text === 'all') return success(undefined);
    return /^\d{1,9}$/.test(text) ? success(Number(text)) : failure('is neither all nor a number of entries');
  },
  render: (entries) => (entries === undefined ? 'all' : String(entries)),
};

/** Where logs can be read; `auto` chooses for each container. */
export type SourceChoice = 'auto' | 'api' | 'files';

const sourceChoices = ['auto', 'api', 'files'] as const;
const anySource: SourceChoice = 'auto';

/** Which containers are read, from where, and from when on. */
export const containerOptions = defineOptions({
  allowTty: {
    flag: 'allow-tty',
    variables: ['ALLOW_TTY'],
    type: exactlyTrue,
    default: false,
    summary: 'Ship the output of containers with a TTY too; any value but exactly true leaves them out.',
  },
  excludeLabels: {
    flag: 'exclude-labels',
    variables: ['EXCLUDE_LABELS', 'EXCLUDE_LABEL'],
    type: excludedLabelsType,
    default: [],
    summary:
      'Leave out containers with one of these labels, separated by semicolons; a name alone stands for the value true. Values match in any case.',
    example: 'quiet;tier:batch',
  },
  backlog: {
    flag: 'backlog',
    variables: ['BACKLOG'],
    type: exactlyTrue,
    default: false,
    summary:
      'Ship also what running containers printed before the shipper first came to know them; any value but exactly true does not.',
  },
  tail: {
    flag: 'tail',
    variables: ['TAIL'],
    type: tailType,
    default: undefined,
    summary: 'How many of the newest entries of a container a backlog begins with.',
    example: '100',
  },
  inactivityTimeout: {
    flag: 'inactivity-timeout',
    variables: ['INACTIVITY_TIMEOUT'],
    type: durationMs({ maxMs: 86_400_000 }),
    default: 0,
    summary: 'Open the log of a container again that has been silent for so long; 0 never does.',
  },
  source: {
    flag: 'source',
    variables: ['LOG_SOURCE'],
    type: choice(sourceChoices),
    default: anySource,
    summary:
      'Where logs are read: through the API of the engine, from its json-file logs, or, with auto, from the files of those containers that have some which can be read.',
  },
  logFiles: {
    flag: 'log-files',
    variables: ['LOG_FILES'],
    type: string('folder'),
    default: '/var/lib/docker/containers',
    summary: 'The folder where the engine keeps its json-file logs, one folder for each container.',
  },
  stateDir: {
    flag: 'state-dir',
    variables: ['STATE_DIR'],
    type: string('folder'),
    default: '',
    summary:
      'Where to keep how far each container has been shipped, so that a restart loses nothing; without it, reading goes on from the time of the start.',
    example: '/var/lib/wharf/log-shipper',
  },
});
