import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importsOf, isTestSource, readSources } from './source-file.ts';

/** A package.json of the workspace, as far as the rules look at it. */
export interface Manifest {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

/** Reads the manifest of every package and app. */
export function readManifests(root: string): readonly Manifest[] {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((entry) => {
      const folder = `${group}/${entry}`;
      const json: unknown = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const name = String(Reflect.get(Object(json), 'name'));
      return {
        folder,
        name,
        dependencies: names(json, 'dependencies'),
        devDependencies: names(json, 'devDependencies'),
      };
    }),
  );
}

function names(json: unknown, field: string): ReadonlySet<string> {
  const section: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, field) : undefined;
  return new Set(typeof section === 'object' && section !== null ? Object.keys(section) : []);
}

/** The npm package that a specifier belongs to; undefined for relative ones and Node's own. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return undefined;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that the root provides to every test. */
const provided = new Set(['vitest', 'fast-check']);

/** Sentences on every import that its own package.json does not declare, and every declaration that nothing imports. */
export function checkManifests(root: string): readonly string[] {
  const sources = readSources(root);
  return readManifests(root).flatMap((manifest) => {
    const own = sources.filter(({ path }) => path.startsWith(`${manifest.folder}/src/`));
    const used = new Map<string, boolean>();
    for (const { path, text } of own) {
      for (const name of importsOf(text).map(packageOf)) {
        if (name === undefined || provided.has(name) || name === manifest.name) continue;
        used.set(name, (used.get(name) ?? true) && (isBlackBox(manifest) || isTestSource({ path, text })));
      }
    }
    return [...undeclared(manifest, used), ...unused(manifest, used)];
  });
}

function undeclared(manifest: Manifest, used: ReadonlyMap<string, boolean>): string[] {
  return [...used].flatMap(([name, onlyInTests]) => {
    if (manifest.dependencies.has(name)) return [];
    if (manifest.devDependencies.has(name) && onlyInTests) return [];
    return [`${manifest.folder} imports ${name} without naming it among its ${onlyInTests ? 'devD' : 'd'}ependencies`];
  });
}

/** Black-box tests: all of it is tests, and the apps it names are run as processes, named so that they are built first. */
function isBlackBox({ folder }: Manifest): boolean {
  return folder === 'packages/e2e';
}

function unused(manifest: Manifest, used: ReadonlyMap<string, boolean>): string[] {
  if (isBlackBox(manifest)) return [];
  const declared = [...manifest.dependencies, ...manifest.devDependencies].filter(
    (name) => !name.startsWith('@types/'),
  );
  return declared
    .filter((name) => !used.has(name))
    .map((name) => `${manifest.folder} names ${name} and never imports it`);
}
