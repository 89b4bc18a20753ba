import { describe, expect, it } from 'vitest';
import { sketchService } from '../testing/service.ts';
import { consulCheck } from './consul-check.ts';

const at = (attributes: Record<string, string>, address = '10.0.0.5') =>
  consulCheck(sketchService({ address, attributes: new Map(Object.entries(attributes)) }), 'SERVICE_');

describe('consulCheck', () => {
  it.each([
    { attributes: {}, check: undefined },
    { attributes: { check_interval: '5s' }, check: undefined },
    { attributes: { check_tcp: '' }, check: undefined },
    { attributes: { check_tcp: 'false' }, check: undefined },
    { attributes: { check_http: '/' }, check: { HTTP: 'http://10.0.0.5:8080/', Interval: '10s' } },
    {
      attributes: { check_http: '/x?y=1', check_http_method: 'HEAD', check_timeout: '2s' },
      check: { HTTP: 'http://10.0.0.5:8080/x?y=1', Method: 'HEAD', Interval: '10s', Timeout: '2s' },
    },
    {
      attributes: { check_https: '/x', check_https_method: 'HEAD', check_tls_skip_verify: 'true' },
      check: { HTTP: 'https://10.0.0.5:8080/x', Method: 'HEAD', TLSSkipVerify: true, Interval: '10s' },
    },
    { attributes: { check_tcp: 'true' }, check: { TCP: '10.0.0.5:8080', Interval: '10s' } },
    { attributes: { check_grpc: 'true' }, check: { GRPC: '10.0.0.5:8080', Interval: '10s' } },
    {
      attributes: { check_grpc: 'true', check_grpc_use_tls: 'true', check_tls_skip_verify: 'true' },
      check: { GRPC: '10.0.0.5:8080', GRPCUseTLS: true, TLSSkipVerify: true, Interval: '10s' },
    },
    { attributes: { check_ttl: '30s' }, check: { TTL: '30s' } },
    {
      attributes: { check_script: 'nc $SERVICE_IP $SERVICE_PORT; nc $SERVICE_IP $HOME' },
      check: { Args: ['sh', '-c', 'nc 10.0.0.5 8080; nc 10.0.0.5 $HOME'], Interval: '10s' },
    },
    {
      attributes: { check_cmd: '/ok $SERVICE_IP' },
      check: { Args: ['check-cmd', '0123456789ab', '80', '/ok $SERVICE_IP'], Interval: '10s' },
    },
    {
      attributes: { check_tcp: 'true', check_initial_status: 'passing', check_deregister_after: '10m' },
      check: { TCP: '10.0.0.5:8080', Interval: '10s', Status: 'passing', DeregisterCriticalServiceAfter: '10m' },
    },
    {
      attributes: { check_ttl: '30s', check_script: 'true', check_http: '/' },
      check: { HTTP: 'http://10.0.0.5:8080/', Interval: '10s' },
    },
  ])('$attributes', ({ attributes, check }) => {
    expect(at(attributes)).toEqual({ ok: true, value: check });
  });

  it('puts an IPv6 address in brackets', () => {
    expect(at({ check_http: '/' }, '2001:db8::5')).toMatchObject({ value: { HTTP: 'http://[2001:db8::5]:8080/' } });
    expect(at({ check_tcp: 'true' }, '2001:db8::5')).toMatchObject({ value: { TCP: '[2001:db8::5]:8080' } });
  });

  it.each([
    { attributes: { check_http: 'health' }, key: 'CHECK_HTTP' },
    { attributes: { check_https: '@example.org/' }, key: 'CHECK_HTTPS' },
    { attributes: { check_http: '/a b' }, key: 'CHECK_HTTP' },
    { attributes: { check_http: '/', check_http_method: 'GET /' }, key: 'CHECK_HTTP_METHOD' },
    { attributes: { check_tcp: 'true', check_interval: 'often' }, key: 'CHECK_INTERVAL' },
    { attributes: { check_tcp: 'true', check_interval: '0' }, key: 'CHECK_INTERVAL' },
    { attributes: { check_tcp: 'true', check_timeout: '-1s' }, key: 'CHECK_TIMEOUT' },
    { attributes: { check_tcp: 'true', check_deregister_after: '1 hour' }, key: 'CHECK_DEREGISTER_AFTER' },
    { attributes: { check_tcp: 'true', check_initial_status: 'fine' }, key: 'CHECK_INITIAL_STATUS' },
    { attributes: { check_ttl: 'soon' }, key: 'CHECK_TTL' },
  ])('refuses $attributes, naming $key', ({ attributes, key }) => {
    const check = at(attributes);
    expect(check.ok ? 'accepted' : check.error).toMatch(
      new RegExp(`^has bad metadata \\(SERVICE_${key}\\): it must be`),
    );
  });
});
