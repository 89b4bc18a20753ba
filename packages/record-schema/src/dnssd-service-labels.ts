import type { Labels } from './domain.ts';
import { failure, type Result, success } from './result.ts';

/** RFC 6335 section 5.1. */
const MAX_SERVICE_CHARACTERS = 15;

/**
 * The two labels by which DNS-SD calls a kind of service: `['_web', '_tcp']`. The second is `_udp` for all that is not TCP
 * (RFC 6763 section 7). The name is written in lower case, in which DNS compares it anyway; RFC 6335 section 5.1 says what
 * it may be: 1 to 15 letters, digits and hyphens, at least one of them a letter, hyphens neither at an end nor in a row.
 * Fails with the reason, a sentence that does not repeat the name.
 */
export function dnssdServiceLabels(service: string, protocol: 'tcp' | 'udp' | 'sctp'): Result<Labels, string> {
  const problem = serviceTypeProblem(service);
  if (problem === undefined) return success([`_${service.toLowerCase()}`, protocol === 'tcp' ? '_tcp' : '_udp']);
  return failure(`the service name cannot be a DNS-SD service type: ${problem}; give it another with SERVICE_NAME`);
}

function serviceTypeProblem(service: string): string | undefined {
  if (service === '') return 'it is empty';
  if (/[^A-Za-z0-9-]/.test(service)) return 'it has characters that are no ASCII letters, digits or hyphens';
  if (service.length > MAX_SERVICE_CHARACTERS) {
    return `it has ${service.length} characters, at most ${MAX_SERVICE_CHARACTERS} fit`;
  }
  if (!/[A-Za-z]/.test(service)) return 'it has no letter';
  if (/^-|-$/.test(service)) return 'it has a hyphen at an end';
  return service.includes('--') ? 'it has two hyphens in a row' : undefined;
}
