import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DnsScenario, parseDnsScenario, type ScenarioStep } from '@wharf/testkit';

const FOLDER = join(import.meta.dirname, '../../scenarios');

/** Every scenario of this app, by file name; equal records come in the order of their keys unless it says otherwise. */
export function readScenarios(): readonly (readonly [string, DnsScenario])[] {
  return readdirSync(FOLDER).map((file) => {
    const scenario = parseDnsScenario(readFileSync(join(FOLDER, file), 'utf8'));
    return [file, { ...scenario, args: ['-round-robin=false', ...scenario.args] }] as const;
  });
}

/** The replies that a scenario expects, each with the question it belongs to. */
export function expectedReplies(steps: readonly ScenarioStep[]): readonly unknown[] {
  return steps.flatMap((step) => (step.type === 'query' ? [{ query: step.title, ...step.expected }] : []));
}
