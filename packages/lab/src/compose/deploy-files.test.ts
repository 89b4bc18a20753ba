import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deployFile, dockerCompose, type Variables } from './deploy-files.ts';

const ADDRESS = { WHARF_ADDRESS: '10.0.0.11' };
const TLS = { WHARF_ETCD_TLS: '/etc/wharf/etcd' };
const SWARM = { WHARF_ETCD: '10.0.0.11:2379,10.0.0.12:2379', WHARF_RECEIVER: 'relp://10.0.0.5:2514' };

/** What has a value of its own unless it is said. */
const CHOSEN = {
  WHARF_DOMAIN: 'example.org',
  WHARF_IMAGES: 'registry.example.org/wharf',
  WHARF_TAG: '1.2.3',
  WHARF_TTL: '60',
  WHARF_TTL_REFRESH: '20',
  WHARF_NAMESERVERS: '192.0.2.53',
  WHARF_DOCKER_LOGS: '/srv/docker/containers',
  WHARF_REGISTRAR_OPTIONS: '-tags staging',
  WHARF_DNS_SERVER_OPTIONS: '-ndots 2',
  WHARF_LOG_SHIPPER_OPTIONS: '-tail 10',
  ETCD_USERNAME: 'wharf',
  ETCD_PASSWORD: 'sesame',
};

const FILES = [
  { files: ['compose.yaml'], required: ADDRESS, chosen: { ...CHOSEN, ...SWARM, WHARF_ETCD_IMAGE: 'etcd:1' } },
  {
    files: ['compose.yaml', 'etcd-tls.compose.yaml'],
    required: { ...ADDRESS, ...TLS },
    chosen: { ...CHOSEN, ...SWARM, WHARF_ETCD_IMAGE: 'etcd:1' },
  },
  { files: ['examples/web.compose.yaml'], required: ADDRESS, chosen: { WEB_IMAGE: 'web:1', WHARF_DOMAIN: 'a.org' } },
  { files: ['stack.yaml'], required: SWARM, chosen: { ...CHOSEN, WHARF_NETWORK: '10.0.0.0/16' } },
  { files: ['examples/web.stack.yaml'], required: {}, chosen: { WEB_IMAGE: 'web:1', WHARF_DOMAIN: 'a.org' } },
] as const satisfies readonly { files: readonly string[]; required: Variables; chosen: Variables }[];

const ALL_FILES = [...new Set([...FILES.flatMap(({ files }) => [...files]), 'etcd-tls.stack.yaml'])];

const textOf = (file: string): string => readFileSync(deployFile(file), 'utf8');
const references = (text: string): readonly RegExpMatchArray[] => [...text.matchAll(/\$\{([A-Z_]+)(:[-?])?([^}]*)\}/g)];

const config = (files: readonly string[], variables: Variables): Promise<string> =>
  dockerCompose({ files, variables }, '--profile', 'trial', 'config');

describe.each(FILES)('$files', ({ files, required, chosen }) => {
  it('is taken by docker-compose with what it needs alone, and with all that can be chosen', async () => {
    const least = await config(files, required);
    for (const value of Object.values(required)) expect(least).toContain(value);
    const all = await config(files, { ...required, ...chosen });
    for (const value of Object.values({ ...required, ...chosen })) expect(all).toContain(value);
  });

  it('uses no other variables', () => {
    const used = new Set(files.flatMap((file) => references(textOf(file)).map(([, name]) => name)));
    expect([...used].filter((name) => !Object.keys({ ...required, ...chosen }).includes(String(name)))).toEqual([]);
  });
});

const NEEDED = FILES.flatMap(({ files, required }) => Object.keys(required).map((name) => ({ files, required, name })));

describe.each(NEEDED)('$files without $name', ({ files, required, name }) => {
  it('is refused by the name of the variable', async () => {
    await expect(config(files, { ...required, [name]: '' })).rejects.toThrow(`${name} is missing.`);
  });
});

describe.each(ALL_FILES)('%s', (file) => {
  // Docker's own tool cuts `${NAME:?text}` at the first hyphen of the text, and takes what follows for the value.
  it('has no hyphen in what is said of missing variables', () => {
    const messages = references(textOf(file)).filter(([, , operator]) => operator === ':?');
    for (const [, name, , message] of messages) expect(message).toMatch(new RegExp(`^${name} is missing\\. [^-]+$`));
  });

  it('has its variables in the README', () => {
    const readme = readFileSync(deployFile('README.md'), 'utf8');
    for (const [, name] of references(textOf(file))) expect(readme).toContain(`\`${name}\``);
  });
});
