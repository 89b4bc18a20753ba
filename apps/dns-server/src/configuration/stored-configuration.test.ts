import {
  type Environment,
  type OptionDeclaration,
  type OptionTable,
  parseCommandLine,
  renderOptionError,
} from '@wharf/agent';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dnsServerCommand } from '../command.ts';
import { configure } from '../configure.ts';
import { createStoredConfiguration, type TakenConfiguration } from './stored-configuration.ts';

const create = (...args: readonly string[]) => createWith({}, ...args);

const createWith = (env: Environment, ...args: readonly string[]) => {
  const line = parseCommandLine(dnsServerCommand, args, env);
  const settings = line.ok ? configure(line.value) : line;
  if (!line.ok || !settings.ok) throw new Error('the command line is wrong');
  const stored = createStoredConfiguration(line.value, settings.value.server);
  return {
    stored,
    take: (value: unknown, phase: 'start' | 'running' = 'running') => shown(stored.take(JSON.stringify(value), phase)),
    policy: () => stored.server.answers.policy,
    domains: () => stored.server.answers.domains.map((domain) => domain.join('.')),
  };
};

const shown = ({ errors, ...rest }: TakenConfiguration) => ({ ...rest, errors: errors.map(renderOptionError) });

const clean = { errors: [], unknown: [], ignored: [], late: [] };

describe('createStoredConfiguration', () => {
  it('has what the command line says until the store says something', () => {
    const { stored, domains } = create('-domain', 'example.org', '-addr', '10.0.0.5:53');
    expect(domains()).toEqual(['example.org']);
    expect(stored.server.listen).toEqual({ host: '10.0.0.5', port: 53 });
    expect(shown(stored.take(undefined, 'running'))).toEqual(clean);
    expect(domains()).toEqual(['example.org']);
  });

  it('goes before flags, and leaves them alone where it says nothing', () => {
    const { take, policy, domains } = create('-domain', 'example.org', '-ttl', '77', '-min-ttl', '7');
    expect(take({ domain: 'example.local.', ttl: 99, priority: 0 })).toEqual(clean);
    expect(domains()).toEqual(['example.local']);
    expect(policy()).toEqual({ ttlSeconds: 99, minTtlSeconds: 7, priority: 0 });
  });

  it('is replaced as a whole: what it says no more is as the command line says', () => {
    const { stored, take, policy } = create('-ttl', '77');
    take({ ttl: 99, min_ttl: 9 });
    take({ min_ttl: 8 });
    expect(policy()).toMatchObject({ ttlSeconds: 77, minTtlSeconds: 8 });
    stored.take(undefined, 'running');
    expect(policy()).toMatchObject({ ttlSeconds: 77, minTtlSeconds: 60 });
  });

  it('says of wrong values what a flag would, keeps what they replace, and takes the others', () => {
    const { take, policy, domains } = create('-ttl', '77');
    take({ ttl: 99 });
    expect(take({ ttl: 'long', min_ttl: -1, domain: 'example.local', priority: {} })).toEqual({
      ...clean,
      errors: [
        'ttl: "long" is not a whole number of seconds from 1 to 2147483647',
        'min_ttl: "-1" is out of range: it must be a whole number from 0 to 2147483647',
        'priority: has no value of an option',
      ],
    });
    expect(policy()).toEqual({ ttlSeconds: 99, minTtlSeconds: 60, priority: 10 });
    expect(domains()).toEqual(['example.local']);
  });

  it.each([{}, [['a']], 'long'])('leaves an option as it was when it says %j', (wrong) => {
    const { take, policy } = create('-ttl', '77');
    take({ ttl: 99, priority: 5 });
    expect(take({ ttl: wrong, priority: 6 }).errors).toHaveLength(1);
    expect(policy()).toMatchObject({ ttlSeconds: 99, priority: 6 });
  });

  it('leaves everything as it was when it cannot be read or does not fit together', () => {
    const { stored, take, policy, domains } = create('-ttl', '77');
    take({ ttl: 99, domain: 'example.local' });
    expect(shown(stored.take('{"ttl": 5', 'running')).errors).toEqual(['the configuration: is not a JSON object']);
    expect(take({ ttl: 5, domain: ',' }).errors).toEqual([expect.stringMatching(/^-domain: .*names no domain/)]);
    expect([policy().ttlSeconds, domains()]).toEqual([99, ['example.local']]);
  });

  it('decides at the start alone in which network the address to listen on is', () => {
    const { stored, take } = create('-addr', ':53');
    expect(take({ address_in: '10.0.0.0/16' }, 'start')).toEqual(clean);
    expect(stored.server.listenIn).toEqual({ address: '10.0.0.0', prefixLength: 16 });
    expect(take({ address_in: '10.1.0.0/16' })).toEqual({ ...clean, late: ['address_in'] });
    expect(create('-addr', ':53').take({ address_in: '10.0.0.0/16' })).toEqual({ ...clean, late: ['address_in'] });
  });

  it('names fields that it does not know, and those that say nothing here', () => {
    const foreign = { colour: 'red', systemd: true, machines: ['x'], password: 'sesame', path_prefix: 'a' };
    expect(create().take(foreign)).toEqual({
      ...clean,
      unknown: ['colour'],
      ignored: ['systemd', 'machines', 'password', 'path_prefix'],
    });
  });

  it('decides where to listen at the start alone', () => {
    const { stored, take } = create('-addr', '127.0.0.1:53');
    expect(take({ dns_addr: '10.0.0.5:5353', verbose: true }, 'start')).toEqual(clean);
    const told = { listen: { host: '10.0.0.5', port: 5353 }, verbose: true };
    expect(stored.server).toMatchObject(told);
    expect(take({ dns_addr: '10.0.0.5:5353', verbose: true, ttl: 9 })).toEqual(clean);
    expect(create('-addr', '10.0.0.5:53').take({ dns_addr: '10.0.0.5:53', workers: 1 })).toEqual(clean);
    expect(take({ dns_addr: '10.0.0.6:53', verbose: 'perhaps', ttl: 8 })).toEqual({
      ...clean,
      late: ['dns_addr'],
      errors: ['verbose: "perhaps" is neither true nor false (1, 0, t and f do too)'],
    });
    stored.take(undefined, 'running');
    expect(stored.server).toMatchObject({ ...told, answers: { policy: { ttlSeconds: 3_600 } } });
  });

  it('takes any JSON at all, in any order, without throwing, and goes back to the options when it is gone', () => {
    const fields = Object.values(dnsServerCommand.options).flatMap((option) => {
      return 'flag' in option ? [option.flag.replaceAll('-', '_')] : [];
    });
    const value = fc.oneof(fc.jsonValue(), fc.constantFrom('example.org', ',', '10.0.0.1', 5, true, '1s', [], null));
    const json = fc.oneof(
      fc.json(),
      fc.dictionary(fc.constantFrom(...fields), value).map((some) => JSON.stringify(some)),
    );
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), (texts) => {
        const { stored } = create('-domain', 'example.org');
        const before = stored.server;
        for (const text of texts) stored.take(text, 'running');
        expect(stored.server.answers.domains.length).toBeGreaterThan(0);
        JSON.stringify(stored.describe());
        stored.take(undefined, 'running');
        expect(stored.server).toEqual(before);
      }),
    );
  });

  it('says of each option what is in force and where that is from, but no secrets', () => {
    const env = { SKYDNS_ADDR: '10.0.0.5:53', SKYDNS_NDOTS: '3', ETCD_USERNAME: 'u', ETCD_PASSWORD: 'sesame' };
    const { stored, take } = createWith(env, '-ttl', '77', '-min-ttl', '7', '-ndots', '1');
    take({ ttl: 99 });
    const described = stored.describe();
    expect(described).toMatchObject({
      ttl: { value: '99', from: 'store' },
      minTtl: { value: '7', from: '-min-ttl' },
      addr: { value: '10.0.0.5:53', from: 'SKYDNS_ADDR' },
      ndots: { value: '1', from: '-ndots' },
      priority: { value: '10', from: 'default' },
      hostmaster: { value: null, from: 'default' },
      domains: { value: 'skydns.local', from: 'default' },
    });
    expect(JSON.stringify(described)).not.toContain('sesame');
    expect(described).not.toHaveProperty('etcd3');
  });
});

describe('every option', () => {
  const table: OptionTable = dnsServerCommand.options;

  /** A text that the option takes and that is not its default. */
  const sample = ({ type, default: value, example }: OptionDeclaration<unknown>): string | undefined => {
    const texts = [
      example,
      String(value !== true),
      String(Number(value) + 1),
      ...type.placeholder.split('|'),
      '10.0.0.9',
      '10.0.0.9:53',
      '59s',
      '61s',
    ];
    const before = value === undefined ? undefined : type.render(value);
    return texts.find((text) => {
      const parsed = text === undefined ? undefined : type.parse(text);
      return parsed?.ok === true && type.render(parsed.value) !== before;
    });
  };

  const flags = Object.values(table).flatMap((declaration) => {
    const { flag, deprecated } = declaration;
    return flag === undefined || deprecated !== undefined ? [] : [{ flag, declaration }];
  });

  it.each(flags)('-$flag counts at once, at the start, or cannot be set in the store', ({ flag, declaration }) => {
    const { stored, take } = create('-domain', 'east.example.local');
    const before = JSON.stringify(stored.server.answers);
    const field = flag.replaceAll('-', '_');
    const { errors, unknown, ignored, late } = take({ domain: 'east.example.local', [field]: sample(declaration) });
    expect([errors, unknown]).toEqual([[], []]);
    const isLive = JSON.stringify(stored.server.answers) !== before;
    expect([isLive, ignored.includes(field), late.includes(field)].filter(Boolean)).toHaveLength(1);
  });
});
