import { join } from 'node:path';
import { type DnsScenario, readDnsScenarios } from '@wharf/testkit';

export { expectedReplies } from '@wharf/testkit';

/** Every scenario of this app, by file name; no other servers are asked unless it says otherwise. */
export function readScenarios(): readonly (readonly [string, DnsScenario])[] {
  return readDnsScenarios(join(import.meta.dirname, '../../scenarios')).map(([file, scenario]) => [
    file,
    { ...scenario, args: ['-no-rec', ...scenario.args] },
  ]);
}
