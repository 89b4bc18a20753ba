import { describe, expect, it } from 'vitest';
import { dnssdServiceLabels } from './dnssd-service-labels.ts';

describe('dnssdServiceLabels', () => {
  it.each([
    ['web', 'tcp', ['_web', '_tcp']],
    ['dns', 'udp', ['_dns', '_udp']],
    ['sigtran', 'sctp', ['_sigtran', '_udp']],
    ['Web-8080', 'tcp', ['_web-8080', '_tcp']],
    ['9p', 'tcp', ['_9p', '_tcp']],
    ['a-b-c-d-e-f-g-h', 'tcp', ['_a-b-c-d-e-f-g-h', '_tcp']],
  ] as const)('of %s over %s are %j', (service, protocol, labels) => {
    expect(dnssdServiceLabels(service, protocol)).toEqual({ ok: true, value: labels });
  });

  it.each([
    ['', 'it is empty'],
    ['a-b-c-d-e-f-g-hi', 'it has 16 characters, at most 15 fit'],
    ['_http', 'it has characters that are no ASCII letters, digits or hyphens'],
    ['my.app', 'it has characters that are no ASCII letters, digits or hyphens'],
    ['caf\u00e9', 'it has characters that are no ASCII letters, digits or hyphens'],
    ['\u212a', 'it has characters that are no ASCII letters, digits or hyphens'],
    ['web\n', 'it has characters that are no ASCII letters, digits or hyphens'],
    ['80-443', 'it has no letter'],
    ['-web', 'it has a hyphen at an end'],
    ['web-', 'it has a hyphen at an end'],
    ['a--b', 'it has two hyphens in a row'],
  ])('there are none of %j: %s', (service, problem) => {
    const error = `the service name cannot be a DNS-SD service type: ${problem}; give it another with SERVICE_NAME`;
    expect(dnssdServiceLabels(service, 'tcp')).toEqual({ ok: false, error });
  });
});
