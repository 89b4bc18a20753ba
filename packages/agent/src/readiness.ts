import type { Agent } from './agent.ts';
import { describeError } from './describe-error.ts';

/** The reasons why an agent is not ready; one that cannot tell is not ready, and that is the reason. */
export function describeReadiness(readiness: Agent['readiness']): readonly string[] {
  try {
    return readiness().map((reason) => reason.replaceAll(/\s+/g, ' '));
  } catch (error) {
    return [`readiness is unknown: ${describeError(error)}`];
  }
}
