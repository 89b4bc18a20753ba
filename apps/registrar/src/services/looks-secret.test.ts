import { describe, expect, it } from 'vitest';
import { looksSecret } from './looks-secret.ts';

describe('looksSecret', () => {
  it.each([
    'password',
    'db_password',
    'dbpassword',
    'dbpass',
    'mypwd',
    'db_passwort',
    'DB_PASSWD',
    'pass',
    'user.pass',
    'pwd',
    'root-pw',
    'passphrase',
    'secret',
    'client_secrets',
    'mysecret',
    'token',
    'tokens',
    'github_token_2',
    'key',
    'keys',
    'key2',
    'ssh_key',
    'apikey',
    'api-key',
    'myapikey',
    'aws_accesskey',
    'credential',
    'credentials',
    'creds',
    'auth',
    'basic_auth',
    'private',
    'cert',
    'tls.certs',
    'certificate',
    'dsn',
    'session',
    'jwt',
    'salt',
  ])('%s does', (name) => {
    expect(looksSecret(name)).toBe(true);
  });

  it.each([
    'region',
    'keyboard',
    'author',
    'bypass',
    'certainty',
    'passive',
    'monkey',
    'pinned',
    'tier_2',
    '',
    'compass',
  ])('%j does not', (name) => {
    expect(looksSecret(name)).toBe(false);
  });
});
