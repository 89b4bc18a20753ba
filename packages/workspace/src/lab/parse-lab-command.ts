import { failure, type Result, success, suggestName } from '@wharf/agent';
import { AGENT_NAMES, type AgentName } from '@wharf/lab';
import { commandHelp, commandWords, isCommandWord, type LabCommand, type TypedCommand } from './lab-command.ts';

/** RFC 1123, section 2.1, in lower case: what a service and its container can both be called. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,40}[a-z0-9])?$/;
/** What is handed to getaddrinfo: nothing that `getent` could take for an option. */
const HOST_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,252}$/;

/** A pause of an hour is long enough, and far from what a timer can hold. */
const LONGEST_WAIT_SECONDS = 3_600;

/**
 * Reads one command; the error is a sentence that says what is possible.
 * @param hostCount how many hosts the lab has
 */
export function parseLabCommand(text: string, hostCount: number): Result<LabCommand, string> {
  const [word = '', ...rest] = text.trim().split(/\s+/);
  if (!isCommandWord(word)) return failure(unknownCommand(word));
  // `on` is for people: `run web on 2` and `run web 2` are one.
  const words = word === 'run' || word === 'stop' ? rest.filter((each, index) => index !== 1 || each !== 'on') : rest;
  const parsed = parseWords(word, words, hostCount);
  if (!parsed.ok && parsed.error === '') return failure(`Type it like this: ${commandHelp[word].usage}`);
  return parsed;
}

/** Reads commands separated by `;` or line ends; the first that cannot be meant is the error. */
export function parseLabScript(script: string, hostCount: number): Result<readonly TypedCommand[], string> {
  const commands: TypedCommand[] = [];
  for (const text of splitScript(script)) {
    const parsed = parseLabCommand(text, hostCount);
    if (!parsed.ok) return failure(`${text}: ${parsed.error}`);
    commands.push({ text, command: parsed.value });
  }
  return success(commands);
}

/** The commands of a line or script as they were typed; empty ones are left out. */
export function splitScript(script: string): readonly string[] {
  return script
    .split(/[;\n]/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function unknownCommand(word: string): string {
  const near = suggestName(word, commandWords());
  if (near !== undefined) return `There is no command "${word}". Did you mean ${near}?`;
  return `There is no command "${word}". There are: ${commandWords().join(', ')}.`;
}

/** An empty error stands for words that do not fit the command's form. */
function parseWords(kind: LabCommand['kind'], words: readonly string[], hostCount: number): Result<LabCommand, string> {
  if (kind === 'roll') return parseRoll(words, hostCount);
  if (kind === 'run' || kind === 'stop') return parseService(kind, words, hostCount);
  if (kind === 'lookup') return parseLookup(words);
  if (kind === 'wait') return parseWait(words);
  if (kind === 'kill' || kind === 'boot' || kind === 'cut' || kind === 'heal' || kind === 'engine') {
    return parseHostOf(words, hostCount, (host) => ({ kind, host }));
  }
  return words.length === 0 ? success({ kind }) : failure('');
}

function parseHostOf(
  words: readonly string[],
  hostCount: number,
  toCommand: (host: number) => LabCommand,
): Result<LabCommand, string> {
  const [word] = words;
  if (word === undefined || words.length > 1) return failure('');
  const host = parseHost(word, hostCount);
  return host.ok ? success(toCommand(host.value)) : host;
}

/** `2` and `host-2` are the same host. */
function parseHost(word: string, hostCount: number): Result<number, string> {
  const digits = /^(?:host-)?([0-9]{1,3})$/.exec(word)?.[1];
  const number = Number(digits);
  if (digits !== undefined && number >= 1 && number <= hostCount) return success(number);
  return failure(`There is no host "${word}": the hosts are 1 to ${hostCount}.`);
}

function parseRoll(words: readonly string[], hostCount: number): Result<LabCommand, string> {
  const [first, second] = words;
  if (words.length > 2) return failure('');
  if (first === undefined) return success({ kind: 'roll' });
  const agent = AGENT_NAMES.find((name) => name === first);
  if (agent === undefined && (second !== undefined || !/^(?:host-)?[0-9]/.test(first))) {
    return failure(unknownAgent(first));
  }
  const hostWord = agent === undefined ? first : second;
  if (hostWord === undefined) return success(rollOf(agent, undefined));
  const host = parseHost(hostWord, hostCount);
  return host.ok ? success(rollOf(agent, host.value)) : host;
}

function rollOf(agent: AgentName | undefined, host: number | undefined): LabCommand {
  return { kind: 'roll', ...(agent === undefined ? {} : { agent }), ...(host === undefined ? {} : { host }) };
}

function unknownAgent(word: string): string {
  const near = suggestName(word, AGENT_NAMES);
  const hint = near === undefined ? `The agents are ${AGENT_NAMES.join(', ')}` : `Did you mean ${near}`;
  return `There is no agent "${word}". ${hint}${near === undefined ? '.' : '?'}`;
}

function parseService(kind: 'run' | 'stop', words: readonly string[], hostCount: number): Result<LabCommand, string> {
  const [name, hostWord] = words;
  if (name === undefined || words.length > 2 || (kind === 'run' && hostWord === undefined)) return failure('');
  if (!LABEL.test(name)) {
    return failure(`"${name}" cannot be a service's name: lower-case letters, digits and hyphens, at most 42.`);
  }
  if (hostWord === undefined) return success({ kind: 'stop', name });
  const host = parseHost(hostWord, hostCount);
  return host.ok ? success({ kind, name, host: host.value }) : host;
}

function parseLookup(words: readonly string[]): Result<LabCommand, string> {
  const [name] = words;
  if (name === undefined || words.length > 1) return failure('');
  return HOST_NAME.test(name) ? success({ kind: 'lookup', name }) : failure(`"${name}" is not a host name.`);
}

function parseWait(words: readonly string[]): Result<LabCommand, string> {
  const [word] = words;
  if (words.length > 1) return failure('');
  if (word === undefined) return success({ kind: 'wait' });
  const seconds = /^[0-9]{1,4}(?:\.[0-9]{1,3})?$/.test(word) ? Number(word) : Number.NaN;
  if (seconds <= LONGEST_WAIT_SECONDS) return success({ kind: 'wait', seconds });
  return failure(`"${word}" is not a number of seconds up to ${LONGEST_WAIT_SECONDS}.`);
}
