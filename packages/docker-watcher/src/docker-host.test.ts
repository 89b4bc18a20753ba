import { describe, expect, it } from 'vitest';
import { type DockerHostSources, renderDockerAddress, resolveDockerHost } from './docker-host.ts';

const nowhere = (): boolean => false;

describe('resolveDockerHost', () => {
  it.each<[string, DockerHostSources, object]>([
    ['a socket', { dockerHost: 'unix:///run/x.sock' }, { type: 'unix', path: '/run/x.sock' }],
    ['a bare path', { dockerHost: '/run/x.sock' }, { type: 'unix', path: '/run/x.sock' }],
    ['TCP', { dockerHost: 'tcp://10.0.0.1:4243' }, { type: 'tcp', host: '10.0.0.1', port: 4243, tls: undefined }],
    ['TCP without a port', { dockerHost: 'tcp://host' }, { type: 'tcp', host: 'host', port: 2375, tls: undefined }],
    ['no scheme', { dockerHost: 'host:1234' }, { type: 'tcp', host: 'host', port: 1234, tls: undefined }],
    ['IPv6', { dockerHost: 'tcp://[::1]:2375/' }, { type: 'tcp', host: '::1', port: 2375, tls: undefined }],
    [
      'TLS',
      { dockerHost: 'tcp://host', tlsVerify: '1', certPath: '/certs' },
      { type: 'tcp', host: 'host', port: 2376, tls: { certificateFolder: '/certs' } },
    ],
    [
      'https',
      { dockerHost: 'https://host' },
      { type: 'tcp', host: 'host', port: 443, tls: { certificateFolder: undefined } },
    ],
    ['TLS variables with a socket', { dockerHost: 'unix:///s', tlsVerify: '1' }, { type: 'unix', path: '/s' }],
    [
      'certificates alone',
      { dockerHost: 'tcp://h:1', certPath: '/c' },
      { type: 'tcp', host: 'h', port: 1, tls: undefined },
    ],
  ])('understands %s', (_what, sources, value) => {
    expect(resolveDockerHost(sources, nowhere)).toEqual({ ok: true, value });
  });

  it.each([
    ['the first socket that exists', ['/tmp/docker.sock', '/run/podman/podman.sock'], '/tmp/docker.sock'],
    ["Docker's own before others", ['/tmp/docker.sock', '/var/run/docker.sock'], '/var/run/docker.sock'],
    ["Podman's when there is no other", ['/run/podman/podman.sock'], '/run/podman/podman.sock'],
    ["Docker's own when there is none yet", [], '/var/run/docker.sock'],
  ])('takes %s by default', (_what, present, path) => {
    expect(resolveDockerHost({ dockerHost: ' ' }, (socket) => present.includes(socket))).toEqual({
      ok: true,
      value: { type: 'unix', path },
    });
  });

  it.each([
    'ssh://host',
    'npipe:////./pipe/docker',
    'unix://relative',
    'tcp://',
    'tcp://h:99999',
    'tcp://h:0',
    'tcp://u@h',
    'tcp://h/x',
    'bogus',
    'a b',
  ])('refuses %j with a sentence that names it', (dockerHost) => {
    const result = resolveDockerHost({ dockerHost }, nowhere);
    expect(result.ok ? '' : result.error).toContain(JSON.stringify(dockerHost.replace('u@', '***@')));
  });

  it('keeps a password out of the sentence', () => {
    const result = resolveDockerHost({ dockerHost: 'tcp://user:secret@host' }, nowhere);
    expect(result.ok ? '' : result.error).toMatch(/^"tcp:\/\/\*\*\*@host" has more in it/);
  });
});

describe('renderDockerAddress', () => {
  it.each(['unix:///var/run/docker.sock', 'tcp://10.0.0.1:2375', 'tcp://[fd00::1]:2376'])('gives back %s', (text) => {
    const address = resolveDockerHost({ dockerHost: text }, nowhere);
    expect(address.ok && renderDockerAddress(address.value)).toBe(text);
  });
});
