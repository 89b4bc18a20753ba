import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../images/root.ts';
import { readUnit, settings, unitCommands } from './unit-commands.ts';

const VALUES = { i: '1', COREOS_PRIVATE_IPV4: '10.0.0.11' };
const EXAMPLES = readdirSync(join(root, 'fleet-units', 'examples')).filter((name) => name.endsWith('.service'));

/** What lets a unit come up with its host, whenever Docker does, and end in good order; `packages/lab/src/boot` shows why. */
const OF_THE_AGENTS = [
  'Wants',
  'PartOf',
  'EnvironmentFile',
  'Restart',
  'StartLimitInterval',
  'SuccessExitStatus',
  'WantedBy',
];
const AGENT = readUnit('registrar.service');

/** The values of an option of `docker run`. */
const optionsOf = (words: readonly string[], option: string): readonly string[] =>
  words.flatMap((word, index) => (word === option ? [words[index + 1] ?? ''] : []));

describe("the posts' own services as units", () => {
  it('are there', () => {
    expect(EXAMPLES).toEqual(['central-rsyslog@.service', 'elasticsearch@.service', 'kibana.service', 'web@.service']);
  });

  describe.each(EXAMPLES)('%s', (file) => {
    const text = readUnit(`examples/${file}`);
    const [run = []] = unitCommands(text, 'ExecStart', VALUES);
    const [name = ''] = optionsOf(run, '--name');

    it('clears away the container of an earlier run, and stops its own', () => {
      const clearing = ['/usr/bin/docker', 'rm', '--force', name];
      expect(unitCommands(text, 'ExecStartPre', VALUES)).toContainEqual(clearing);
      expect(unitCommands(text, 'ExecStopPost', VALUES)).toEqual([clearing]);
      const [stop = []] = unitCommands(text, 'ExecStop', VALUES);
      expect([stop[1], stop.at(-1)]).toEqual(['stop', name]);
      const [grace = ''] = optionsOf(stop, '--time');
      expect(Number(settings(text, 'TimeoutStopSec')[0])).toBeGreaterThan(Number(grace));
    });

    it.each(OF_THE_AGENTS)("has the agents' %s", (setting) => {
      expect(settings(text, setting)).not.toEqual([]);
      expect(settings(text, setting)).toEqual(settings(AGENT, setting));
    });

    it('knows its host, and looks names up at its dns-server', () => {
      expect(optionsOf(run, '--dns')).toEqual(['10.0.0.11']);
      expect(optionsOf(run, '--dns-search')).toEqual(['staging.example.local']);
    });

    it('names each port that it publishes, and no other', () => {
      const published = optionsOf(run, '--publish').map((each) => each.replace(/^\d+:|\/\w+$/g, ''));
      const named = optionsOf(run, '--env').flatMap((each) => /^SERVICE_(\d+)_NAME=./.exec(each)?.[1] ?? []);
      expect(named.toSorted()).toEqual([...new Set(published)].toSorted());
    });

    it('does not share a host with another of its kind when its ports are fixed', () => {
      const hasFixedPort = optionsOf(run, '--publish').some((each) => each.includes(':'));
      const conflicts = file.includes('@') && hasFixedPort ? [file.replace('@', '@*')] : [];
      expect(settings(text, 'Conflicts')).toEqual(conflicts);
      expect(settings(text, 'Global')).toEqual([]);
    });
  });
});
