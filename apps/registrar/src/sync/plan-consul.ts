import { checksumOf, type RegistrationMarks } from '../records/consul-registration.ts';
import type { Conflict } from '../registries/registry.ts';

/** What to do so that an agent of Consul has what is desired: in order of ID, new ones first. */
export interface ConsulPlan {
  readonly puts: readonly { readonly key: string; readonly value: string }[];
  readonly deletes: readonly string[];
  /** Desired IDs that somebody else has. */
  readonly conflicts: readonly Conflict[];
}

export interface ConsulPlanRules {
  /** Whose services these are. */
  readonly host: string;
  /** Also remove what Registrator itself left behind for this host. */
  readonly cleanup: boolean;
}

/**
 * Compares what is desired with what an agent has. Ours is what bears this host's mark. What Registrator registered for
 * this host has no mark, and an ID of a form of its own: it is taken over when it is desired. All else is somebody else's,
 * and is left alone. Carrying out the plan and planning again gives no puts and no deletes.
 * @param desired registrations by ID, as `renderRegistration` writes them
 * @param present the marks of all the agent's services by ID
 */
export function planConsul(
  desired: ReadonlyMap<string, string>,
  present: ReadonlyMap<string, RegistrationMarks>,
  { host, cleanup }: ConsulPlanRules,
): ConsulPlan {
  const puts: ConsulPlan['puts'][number][] = [];
  const conflicts: Conflict[] = [];
  for (const [key, value] of desired) {
    const marks = present.get(key);
    if (marks !== undefined && marks.host !== host && !isLeftBehind(key, marks, host)) {
      conflicts.push({ key, holder: marks.host === undefined ? 'a service without an owner' : `host ${marks.host}` });
    } else if (marks?.host !== host || marks.checksum !== checksumOf(value)) puts.push({ key, value });
  }
  const deletes: string[] = [];
  for (const [id, marks] of present) {
    if (desired.has(id)) continue;
    if (marks.host === host || (cleanup && isLeftBehind(id, marks, host))) deletes.push(id);
  }
  return { puts: puts.sort((a, b) => (a.key < b.key ? -1 : 1)), deletes: deletes.sort(), conflicts };
}

/** Whether gliderlabs/registrator on this host seems to have registered it: no mark, `<host>:<container>:<port>[:udp]`. */
function isLeftBehind(id: string, marks: RegistrationMarks, host: string): boolean {
  if (marks.host !== undefined || !id.startsWith(`${host}:`)) return false;
  return /^[A-Za-z\d][\w.-]+:\d{1,5}(?::udp)?$/.test(id.slice(host.length + 1));
}
