import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export type DnsTool = 'dig' | 'kdig';

/** One reply as a tool printed it; records in its own words, with single spaces. */
export interface PrintedReply {
  readonly rcode: string;
  readonly flags: readonly string[];
  readonly answers: readonly string[];
  readonly authorities: readonly string[];
  readonly additionals: readonly string[];
  /** The options of its OPT record: `COOKIE: 8fb0... (good)`. */
  readonly options: readonly string[];
}

export interface ToolRun {
  /** One for each question, in order. */
  readonly replies: readonly PrintedReply[];
  /** Whatever the tool found odd, in its own words: warnings, errors, retries. */
  readonly remarks: readonly string[];
}

const SECTIONS = { ANSWER: 'answers', AUTHORITY: 'authorities', ADDITIONAL: 'additionals' } as const;
/** What dig and kdig call the OPT record. */
const OPT_HEADINGS: ReadonlySet<string> = new Set(['OPT', 'EDNS']);
type Section = (typeof SECTIONS)[keyof typeof SECTIONS];

/** How a line begins with which either tool finds something odd; most of what they add are plain comments. */
const REMARK = /^;+ ?(?:warning|error|got bad|question section mismatch|connection|communications|truncated|badvers)/i;
/** Other things that it finds odd: dig's judgement of a cookie among them. */
const ODD = /malformed|COOKIE: .*\((?!good)/i;

/** Reads what `dig` and `kdig` print, standard output and standard error together. */
export function parseToolOutput(text: string): ToolRun {
  const replies: (Record<Section | 'options', string[]> & { rcode: string; flags: readonly string[] })[] = [];
  const remarks: string[] = [];
  let section: Section | 'options' | undefined;
  for (const line of text.split('\n')) {
    const reply = replies.at(-1);
    const [, rcode] = /^;; ->>HEADER<<- .*status: (\w+)/.exec(line) ?? [];
    const [, flags] = /^;; flags: ?([^;]*);/i.exec(line) ?? [];
    const [, heading] = /^;; (\w+) (?:PSEUDO)?SECTION:/.exec(line) ?? [];
    if (rcode !== undefined)
      replies.push({ rcode, flags: [], answers: [], authorities: [], additionals: [], options: [] });
    else if (flags !== undefined && reply !== undefined) reply.flags = flags.split(' ').filter((flag) => flag !== '');
    else if (heading !== undefined) section = sectionOf(heading);
    else if (REMARK.test(line) || ODD.test(line)) remarks.push(line);
    else if (line === '') section = undefined;
    else if (section === 'options') reply?.options.push(line.replace(/^;+ /, ''));
    else if (!line.startsWith(';') && section !== undefined) reply?.[section].push(line.replaceAll(/\s+/g, ' '));
  }
  return { replies, remarks };
}

function sectionOf(heading: string): Section | 'options' | undefined {
  return OPT_HEADINGS.has(heading) ? 'options' : Object.entries(SECTIONS).find(([name]) => name === heading)?.[1];
}

/**
 * Asks with Debian's `dig` or `kdig`, which share no code with each other or with the server.
 * @throws Error naming the remedy when the tool is missing; with what it printed when it ends with an error
 */
export async function askWith(tool: DnsTool, port: number, args: readonly string[]): Promise<ToolRun> {
  const server = ['@127.0.0.1', '-p', String(port)];
  try {
    const { stdout, stderr } = await promisify(execFile)(tool, [...server, ...args]);
    return parseToolOutput(`${stdout}\n${stderr}`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const remedy = tool === 'dig' ? 'bind9-dnsutils' : 'knot-dnsutils';
    throw new Error(`${tool} cannot be started: apt-get install ${remedy}`, { cause: error });
  }
}
