import { describe, expect, it } from 'vitest';
import { serviceId } from './service-id.ts';

describe('serviceId', () => {
  const facts = {
    given: '',
    hostName: 'node-1',
    containerName: 'web',
    containerPort: 80,
    protocol: 'tcp',
    isSecond: false,
  } as const;

  it.each([
    ['TCP', {}, 'node-1:web:80'],
    ['UDP', { protocol: 'udp' }, 'node-1:web:80:udp'],
    ['SCTP', { protocol: 'sctp' }, 'node-1:web:80:sctp'],
    ['SERVICE_ID', { given: 'eu/1' }, 'eu/1'],
    ['the second address', { isSecond: true }, 'node-1:web:80:ipv6'],
    ['the second address of UDP', { isSecond: true, protocol: 'udp' }, 'node-1:web:80:udp:ipv6'],
    ['the second address of a SERVICE_ID', { isSecond: true, given: 'one' }, 'one:ipv6'],
    ['SERVICE_ID for UDP', { given: 'one', protocol: 'udp' }, 'one'],
  ] as const)('%s', (_, more, id) => {
    expect(serviceId({ ...facts, ...more })).toBe(id);
  });
});
