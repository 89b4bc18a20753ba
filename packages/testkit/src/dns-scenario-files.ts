import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DnsReply } from './dns-client.ts';
import { type DnsScenario, type ExpectedReply, parseDnsScenario, type ScenarioStep } from './dns-scenario.ts';

/**
 * Every scenario of a folder, by file name; equal records come in the order of their keys unless it says otherwise.
 * @throws Error naming the line that cannot be read
 */
export function readDnsScenarios(folder: string): readonly (readonly [string, DnsScenario])[] {
  return readdirSync(folder).map((file) => {
    const scenario = parseDnsScenario(readFileSync(join(folder, file), 'utf8'));
    return [file, { ...scenario, args: ['-round-robin=false', ...scenario.args] }] as const;
  });
}

/** The replies that a scenario expects, each with the question it belongs to. */
export function expectedReplies(steps: readonly ScenarioStep[]): readonly unknown[] {
  return steps.flatMap((step) => (step.type === 'query' ? [{ query: step.title, ...step.expected }] : []));
}

/** A reply as scenarios write it. */
export function showReply(reply: DnsReply): ExpectedReply {
  return {
    rcode: reply.rcode,
    authoritative: reply.packet.flag_aa,
    truncated: reply.packet.flag_tc,
    answers: reply.texts,
    authorities: reply.authorities,
    additionals: reply.additionals,
    extendedErrors: reply.edns?.extendedErrors ?? [],
  };
}
