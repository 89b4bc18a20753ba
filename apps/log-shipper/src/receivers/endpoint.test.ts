import { describe, expect, it } from 'vitest';
import { certificateName, MAX_ENDPOINTS, toEndpoints } from './endpoint.ts';

describe('toEndpoints', () => {
  const service = (priority: number, port = 514) => ({ priority, weight: 5, port, target: 'a.example' });

  it('takes the port of the SRV record where there is one', () => {
    expect(
      toEndpoints(
        [
          { address: '192.0.2.1', family: 4 },
          { address: '2001:db8::1', family: 6, ttlSeconds: 3, service: service(7, 1514) },
        ],
        601,
      ),
    ).toEqual([
      { address: '192.0.2.1', family: 4, port: 601, priority: 0, weight: 0 },
      { address: '2001:db8::1', family: 6, port: 1514, priority: 7, weight: 5, target: 'a.example' },
    ]);
  });

  it('has each once, at its best priority', () => {
    const addresses = [20, 10].map((priority) => ({ address: '192.0.2.1', family: 4, service: service(priority) }));
    expect(toEndpoints(addresses, 1).map(({ priority }) => priority)).toEqual([10]);
  });

  it('leaves out the worst of too many', () => {
    const addresses = Array.from({ length: 100 }, (_, index) => ({
      address: `192.0.2.${index}`,
      family: 4,
      service: service(100 - index),
    }));
    const endpoints = toEndpoints(addresses, 1);
    expect(endpoints).toHaveLength(MAX_ENDPOINTS);
    expect(endpoints.every(({ priority }) => priority <= MAX_ENDPOINTS)).toBe(true);
  });
});

describe('certificateName', () => {
  it.each([
    ['logs.example', undefined, 'logs.example'],
    ['192.0.2.1', undefined, '192.0.2.1'],
    ['tls.name.example', 'a.elsewhere', 'tls.name.example'],
    ['_syslog-tls._tcp.example.org', 'a.example.org', 'a.example.org'],
    ['_syslog-tls._tcp.Example.org.', 'A.example.ORG', 'A.example.ORG'],
    ['_syslog-tls._tcp.example.org', 'example.org', 'example.org'],
    ['_syslog-tls._tcp.example.org', 'evil-example.org', 'example.org'],
    ['_syslog-tls._tcp.example.org', 'a.elsewhere', 'example.org'],
    ['_syslog-tls._tcp', 'a.elsewhere', '_syslog-tls._tcp'],
  ])('is for %s with the target %s: %s', (asked, target, name) => {
    expect(certificateName(asked, target === undefined ? {} : { target })).toBe(name);
  });
});
