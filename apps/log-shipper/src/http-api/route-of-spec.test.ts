import { describe, expect, it } from 'vitest';
import { routeOfSentSpec, routeOfSpec } from './route-of-spec.ts';
import { parseRouteSpec, type RouteSpec } from './route-spec.ts';

const spec = (options: Readonly<Record<string, string>>, adapter = 'syslog+tcp'): RouteSpec => {
  const parsed = parseRouteSpec(JSON.stringify({ adapter, address: 'logs:514', options }));
  if (!parsed.ok) throw new Error(parsed.error.join('; '));
  return parsed.value;
};

describe('routeOfSentSpec', () => {
  it.each([
    [spec({ 'tls.ca': '/etc/hostname' }, 'syslog+tls'), /names files/],
    [spec({ 'syslog-data': '{{.Container.Config.Env}}' }), /names \.Container/],
    [spec({ structured_data: 'a@1 env="{{index .Container.Config.Env 0}}"' }), /names \.Container/],
    [spec({ 'raw-format': '{{toJSON .Container}}' }, 'raw+tcp'), /names \.Container/],
  ])('refuses over HTTP what a file may have: %j', (given, error) => {
    const sent = routeOfSentSpec(given);
    expect(sent.ok ? [] : sent.error).toEqual([expect.stringMatching(error)]);
    expect(routeOfSpec(given).ok).toBe(true);
  });

  it.each([[spec({})], [spec({ 'syslog-data': '{{.ContainerName}} {{.Data}}' })]])('takes %j', (given) => {
    expect(routeOfSentSpec(given).ok).toBe(true);
  });
});
