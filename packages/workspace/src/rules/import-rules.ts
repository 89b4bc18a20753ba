import { posix } from 'node:path';
import { importsOf, isTestSource, type SourceFile } from './source-file.ts';

/** An import, or a use of the outside world, that the architecture does not allow. */
export interface Violation {
  readonly path: string;
  /** What was imported or used. */
  readonly found: string;
  /** The rule in words, as CONTRIBUTING.md has it. */
  readonly rule: string;
}

/** What each unit may import from the workspace; tests may import testkit besides. The first word is its folder. */
const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'packages/record-schema': [],
  'packages/dns-wire': [],
  'packages/go-template': [],
  'packages/agent': [],
  'packages/testkit': [],
  'packages/etcd-client': ['agent'],
  'packages/docker-watcher': ['agent'],
  'apps/registrar': ['agent', 'etcd-client', 'docker-watcher', 'go-template', 'record-schema'],
  'apps/dns-server': ['agent', 'etcd-client', 'dns-wire', 'record-schema'],
  'apps/log-shipper': ['agent', 'dns-wire', 'docker-watcher', 'go-template'],
  'apps/standalone': ['agent', 'etcd-client', 'docker-watcher', 'registrar', 'dns-server', 'log-shipper'],
};

/** Units that are about the whole and may import anything. */
const unrestricted = new Set(['packages/e2e', 'packages/lab', 'packages/workspace']);

/** Public entries besides a package's main one: for programs that must load little. */
const furtherEntries = new Set(['@wharf/agent/healthcheck']);

/** Packages whose every function is from values to values. */
const pureUnits = new Set(['packages/record-schema', 'packages/dns-wire', 'packages/go-template']);

/** Modules that reach a socket, a file, a process or a timer. */
const ioModules = new Set([
  'node:child_process',
  'node:cluster',
  'node:dgram',
  'node:dns',
  'node:dns/promises',
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:http2',
  'node:https',
  'node:net',
  'node:os',
  'node:process',
  'node:readline',
  'node:timers',
  'node:timers/promises',
  'node:tls',
  'node:worker_threads',
  '@grpc/grpc-js',
  'dockerode',
  'etcd3',
  'fastify',
  'pino',
  'syslog-client',
  'ws',
]);

/** Globals through which the clock, chance or the machine slip into a function that should get them as arguments. */
const ambientPattern =
  /\b(?:Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout|setInterval|setImmediate|process\.[a-z]+|crypto\.random\w+)/g;

/** Where an app may touch the world. */
const appEdge = /^src\/(?:io\/|(?:backends|adapters)\/[^/]+\/transport|app\.ts$|main\.ts$)/;

/** Checks one source against every rule. */
export function checkImports(source: SourceFile): readonly Violation[] {
  const unit = source.path.split('/').slice(0, 2).join('/');
  if (unrestricted.has(unit)) return checkSpecifiers(source, unit, undefined);
  const allowed = allowedImports[unit];
  if (allowed === undefined) {
    return [{ path: source.path, found: unit, rule: 'every package and app has a row in the table of import rules' }];
  }
  return [...checkSpecifiers(source, unit, allowed), ...checkPurity(source, unit)];
}

function checkSpecifiers(source: SourceFile, unit: string, allowed: readonly string[] | undefined): Violation[] {
  const violations: Violation[] = [];
  for (const specifier of importsOf(source.text)) {
    const rule = specifier.startsWith('.')
      ? relativeRule(source, unit, specifier)
      : workspaceRule(source, unit, specifier, allowed);
    if (rule !== undefined) violations.push({ path: source.path, found: specifier, rule });
  }
  return violations;
}

function relativeRule(source: SourceFile, unit: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(source.path), specifier);
  return target.startsWith(`${unit}/`)
    ? undefined
    : 'a package is imported by its name, never by a path into its folder';
}

function workspaceRule(
  source: SourceFile,
  unit: string,
  specifier: string,
  allowed: readonly string[] | undefined,
): string | undefined {
  if (!specifier.startsWith('@wharf/')) return undefined;
  const [name = '', ...deeper] = specifier.slice('@wharf/'.length).split('/');
  if (deeper.length > 0 && !furtherEntries.has(specifier)) return 'a package is imported through its public entry only';
  if (allowed === undefined || allowed.includes(name)) return undefined;
  if (unit.endsWith(`/${name}`) && isTestSource(source)) return undefined; // Its own public entry, as users see it.
  if (name === 'testkit') return isTestSource(source) ? undefined : 'testkit serves tests only';
  const list = allowed.length === 0 ? 'nothing' : `only ${allowed.join(', ')}`;
  return `${unit} may import ${list} of the workspace`;
}

function checkPurity(source: SourceFile, unit: string): Violation[] {
  if (isTestSource(source)) return [];
  const inside = source.path.slice(unit.length + 1);
  const isPure = pureUnits.has(unit) || (unit.startsWith('apps/') && !appEdge.test(inside));
  if (!isPure) return [];
  const modules = importsOf(source.text).filter((specifier) => ioModules.has(specifier));
  const ambient = [...withoutComments(source.text).matchAll(ambientPattern)].map((match) => match[0]);
  const rule = pureUnits.has(unit)
    ? `${unit} is pure: no I/O, and clock and chance are arguments`
    : 'in an app only io/, transports, app.ts and main.ts do I/O; elsewhere clock and chance are arguments';
  return [...modules, ...ambient].map((found) => ({ path: source.path, found, rule }));
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}
