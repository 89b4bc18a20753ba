import { parseCommandLine } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { configure } from '../configure.ts';
import { command } from '../options.ts';

const settingsOf = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) => {
  const line = parseCommandLine(command, argv, env);
  if (!line.ok) return line.error.map(({ option, value }) => `${option} ${value}`);
  const settings = configure(line.value, { env });
  return settings.ok ? settings.value.shipper : settings.error.map(({ option, value }) => `${option} ${value}`);
};

describe('the options of the HTTP interface', () => {
  it.each([
    [[], {}, '127.0.0.1', 80, true],
    [[], { HTTP_BIND_ADDRESS: '0.0.0.0' }, '0.0.0.0', 80, false],
    [[], { PORT: '8000', HTTP_PORT: '9000' }, '127.0.0.1', 8000, false],
    [[], { HTTP_PORT: '9000', HTTP_BIND_ADDRESS: '::' }, '::', 9000, false],
    [['-http-addr', ':8080'], { PORT: '8000', HTTP_BIND_ADDRESS: '0.0.0.0' }, '', 8080, false],
    [['-http-addr', '127.0.0.1'], {}, '127.0.0.1', 80, false],
    [[], { HTTP_ADDR: 'localhost:81' }, 'localhost', 81, false],
  ])('%j with %j means %s, port %i', (argv, env, host, port, isOptional) => {
    expect(settingsOf(['stdout:', ...argv], { ...env })).toMatchObject({
      httpApi: { address: { host, port }, isOptional, token: undefined },
    });
  });

  it('says where there is none, and what has to be borne', () => {
    expect(settingsOf(['stdout:', '-http-addr', 'off'], { PORT: '80' })).toMatchObject({ httpApi: undefined });
    expect(settingsOf(['stdout:', '-http-token-file', '/run/token'])).toMatchObject({
      httpApi: { token: { file: '/run/token' } },
    });
    expect(settingsOf(['stdout:'], { HTTP_TOKEN: 'abc=' })).toMatchObject({ httpApi: { token: { text: 'abc=' } } });
    expect(settingsOf(['stdout:'], { HTTP_TOKEN: 'a b' })).toEqual(['HTTP_TOKEN ']);
    expect(settingsOf(['stdout:', '-http-token', 'a', '-http-token-file', '/b'])).toEqual(['-http-token-file /b']);
  });

  it('needs no route where it was asked for', () => {
    expect(settingsOf([])).toEqual(['<route URI> ']);
    expect(settingsOf(['-http-addr', 'off'])).toEqual(['<route URI> ']);
    expect(settingsOf([], { PORT: '8000' })).toMatchObject({ routes: [] });
    expect(settingsOf(['-http-addr', '127.0.0.1:8000'])).toMatchObject({ routes: [], routesPath: '/mnt/routes' });
  });

  it('takes RETRY_COUNT and says that it has no effect', () => {
    const line = parseCommandLine(command, ['stdout:'], { RETRY_COUNT: '10' });
    expect(line.ok && line.value.warnings).toEqual([
      expect.stringMatching(/^RETRY_COUNT is accepted but does nothing/),
    ]);
  });
});
