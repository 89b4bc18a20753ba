import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addAuthorities, buildImage, proxyArgs } from './build-images.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-build-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('buildImage', () => {
  it('names the base that an image needs, and says what the labels say', async () => {
    const calls: (readonly string[])[] = [];
    const docker = { run: async (args: readonly string[]) => String(calls.push(args)) };
    const labels = { version: '1.2.3', revision: 'abc', source: '' };
    const settings = { folder: '/tree', bases: { node: 'a:1', debian: 'b:1' }, labels };
    await buildImage(docker, { name: 'x/one', dockerfile: 'one.Dockerfile' }, settings);
    await buildImage(docker, { name: 'x/two', dockerfile: 'two.Dockerfile', base: 'debian' }, settings);
    await buildImage(docker, { name: 'x/two', dockerfile: 'two.Dockerfile' }, { folder: '/tree', labels });
    const lines = calls.map((args) => args.join(' '));
    expect(lines[0]).toBe(
      'build --build-arg BASE=a:1 --build-arg VERSION=1.2.3 --build-arg REVISION=abc --build-arg SOURCE= ' +
        '--file /tree/one.Dockerfile --tag x/one --tag x/one:1.2.3 /tree',
    );
    expect(lines[1]).toContain('BASE=b:1');
    expect(lines[2]).not.toContain('BASE=');
  });
});

describe('addAuthorities', () => {
  /** An environment in which npm has no settings but those of the file. */
  const withNpmSettings = (text: string): NodeJS.ProcessEnv => {
    const file = join(folder, 'npmrc');
    writeFileSync(file, text);
    return { PATH: process.env['PATH'], npm_config_userconfig: file, npm_config_globalconfig: join(folder, 'absent') };
  };
  const added = (): readonly string[] => {
    const names = readdirSync(join(folder, 'docker/ca-certificates'));
    return names.toSorted().map((name) => readFileSync(join(folder, 'docker/ca-certificates', name), 'utf8'));
  };

  it('adds those that Node is told of and those of npm', () => {
    const [nodes, npms] = [join(folder, 'node.pem'), join(folder, 'npm.pem')];
    writeFileSync(nodes, "Node's");
    writeFileSync(npms, "npm's");
    addAuthorities(folder, { ...withNpmSettings(`cafile=${npms}\n`), NODE_EXTRA_CA_CERTS: nodes });
    expect(added()).toEqual(["Node's", "npm's"]);
  });

  it('adds a file that both name once', () => {
    const file = join(folder, 'company.pem');
    writeFileSync(file, 'authority');
    addAuthorities(folder, { ...withNpmSettings(''), NODE_EXTRA_CA_CERTS: file, npm_config_cafile: file });
    expect(added()).toEqual(['authority']);
  });

  it('adds nothing where there are none', () => {
    addAuthorities(folder, { ...withNpmSettings(`cafile=${join(folder, 'gone.pem')}\n`), NODE_EXTRA_CA_CERTS: '' });
    expect(existsSync(join(folder, 'docker'))).toBe(false);
  });
});

describe('proxyArgs', () => {
  it('leaves the value to docker', () => {
    expect(proxyArgs({ HTTPS_PROXY: 'http://proxy:3128', no_proxy: '' })).toEqual(['--build-arg', 'HTTPS_PROXY']);
  });
});
