import { createHash } from 'node:crypto';
import type { ConsulCheck } from './consul-check.ts';

/** A service as Consul's agent takes it at `/v1/agent/service/register`; the fields in the order in which they are written. */
export interface ConsulRegistration {
  readonly ID: string;
  readonly Name: string;
  readonly Address: string;
  readonly Port: number;
  readonly Tags: readonly string[];
  readonly Meta: Readonly<Record<string, string>>;
  readonly Check?: ConsulCheck;
}

/** By which a service is known to be a host's own. */
const HOST_MARK = 'wharf-host';

/** The checksum of a registration: an agent does not list everything that it was told, checks for one. */
const CHECKSUM_MARK = 'wharf-registration';

/** What the marks of a service say; undefined where it has none. */
export interface RegistrationMarks {
  readonly host: string | undefined;
  readonly checksum: string | undefined;
}

/** How many entries of metadata the marks take. */
export const MARK_COUNT = 2;

/** Writes a registration with its marks, so that equal ones are equal text: `Meta` in the order of its keys. */
export function renderRegistration(registration: ConsulRegistration, host: string): string {
  const text = JSON.stringify({ ...registration, Meta: sorted({ ...registration.Meta, [HOST_MARK]: host }) });
  const checksum = createHash('sha256').update(text).digest('hex');
  const Meta = sorted({ ...registration.Meta, [HOST_MARK]: host, [CHECKSUM_MARK]: checksum });
  return JSON.stringify({ ...registration, Meta });
}

/** The marks in the metadata of a service. */
export function marksOf(meta: ReadonlyMap<string, string>): RegistrationMarks {
  return { host: meta.get(HOST_MARK), checksum: meta.get(CHECKSUM_MARK) };
}

/** The checksum of what `renderRegistration` wrote; undefined for other text. */
export function checksumOf(registration: string): string | undefined {
  return new RegExp(`"${CHECKSUM_MARK}":"([0-9a-f]{64})"`).exec(registration)?.[1];
}

function sorted(meta: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(meta).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
