import { join } from 'node:path';
import { type DnsScenario, readDnsScenarios } from '@wharf/testkit';

export { expectedReplies } from '@wharf/testkit';

/** Every scenario of this app, by file name. */
export function readScenarios(): readonly (readonly [string, DnsScenario])[] {
  return readDnsScenarios(join(import.meta.dirname, '../../scenarios'));
}
