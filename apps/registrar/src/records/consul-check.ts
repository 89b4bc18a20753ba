import { failure, parseDuration, type Result, renderHostPort, success } from '@wharf/agent';
import type { Service } from '../services/service.ts';
import { badMetadata } from './service-labels.ts';

/** A health check as Consul's agent takes it in a registration; the fields in the order in which they are written. */
export interface ConsulCheck {
  readonly HTTP?: string;
  readonly Method?: string;
  readonly Args?: readonly string[];
  readonly TTL?: string;
  readonly TCP?: string;
  readonly GRPC?: string;
  readonly GRPCUseTLS?: true;
  readonly TLSSkipVerify?: true;
  readonly Interval?: string;
  readonly Timeout?: string;
  readonly Status?: string;
  readonly DeregisterCriticalServiceAfter?: string;
}

/** The original's, for checks that Consul makes itself. */
const DEFAULT_INTERVAL = '10s';

/** How many digits of a container's ID the original hands to its helper. */
const SHORT_ID_LENGTH = 12;

/**
 * The check that a service's `check_` attributes ask for, as gliderlabs/registrator reads them (consul/consul.go): of
 * several kinds the first in the order of `kinds` counts. Undefined for none. Fails with the end of a sentence that the
 * port begins, naming the key.
 * @param prefix what metadata begins with, for messages: `SERVICE_`
 */
export function consulCheck(service: Service, prefix: string): Result<ConsulCheck | undefined, string> {
  const kind = Object.entries(kinds).find(([key]) => isOn(service, key));
  if (kind === undefined) return success(undefined);
  const [key, toFields] = kind;
  const fault = kindFault(service, key) ?? commonFault(service);
  if (fault !== undefined) return failure(badMetadata(`${prefix}${fault.key.toUpperCase()}`, fault.problem));
  return success({
    ...toFields(service),
    ...(key === 'check_ttl' ? {} : { Interval: valueOf(service, 'check_interval') ?? DEFAULT_INTERVAL }),
    ...field(service, 'Timeout', 'check_timeout'),
    ...field(service, 'Status', 'check_initial_status'),
    ...field(service, 'DeregisterCriticalServiceAfter', 'check_deregister_after'),
  });
}

/** By the attribute that asks for it, in the original's order of precedence. */
const kinds: Readonly<Record<string, (service: Service) => ConsulCheck>> = {
  check_http: (service) => ({
    HTTP: `http://${endpointOf(service)}${valueOf(service, 'check_http') ?? ''}`,
    ...field(service, 'Method', 'check_http_method'),
  }),
  check_https: (service) => ({
    HTTP: `https://${endpointOf(service)}${valueOf(service, 'check_https') ?? ''}`,
    ...field(service, 'Method', 'check_https_method'),
    ...skipVerify(service),
  }),
  check_cmd: (service) => ({
    Args: [
      'check-cmd',
      service.containerId.slice(0, SHORT_ID_LENGTH),
      String(service.containerPort),
      valueOf(service, 'check_cmd') ?? '',
    ],
  }),
  check_script: (service) => ({
    Args: ['sh', '-c', withEndpoint(valueOf(service, 'check_script') ?? '', service)],
  }),
  check_ttl: (service) => field(service, 'TTL', 'check_ttl'),
  check_tcp: (service) => ({ TCP: endpointOf(service) }),
  check_grpc: (service) => ({
    GRPC: endpointOf(service),
    ...(isOn(service, 'check_grpc_use_tls') ? { GRPCUseTLS: true, ...skipVerify(service) } : {}),
  }),
};

interface Fault {
  /** The attribute at fault. */
  readonly key: string;
  readonly problem: string;
}

/** A path is glued to an address and a port: it must not be able to make another address of them. */
function kindFault(service: Service, key: string): Fault | undefined {
  const value = valueOf(service, key) ?? '';
  const isPath = key === 'check_http' || key === 'check_https';
  if (isPath && !/^\/[^\s\p{Cc}]*$/u.test(value)) return { key, problem: 'it must be a path that begins with a slash' };
  const method = valueOf(service, `${key}_method`);
  if (isPath && method !== undefined && !/^[A-Z]{1,20}$/i.test(method)) {
    return { key: `${key}_method`, problem: 'it must be a method of HTTP such as GET' };
  }
  return undefined;
}

function commonFault(service: Service): Fault | undefined {
  for (const key of ['check_ttl', 'check_interval', 'check_timeout', 'check_deregister_after']) {
    const value = valueOf(service, key);
    if (value === undefined) continue;
    const duration = parseDuration(value);
    if (!duration.ok || duration.value <= 0)
      return { key, problem: 'it must be a duration such as 500ms, 30s or 1m30s' };
  }
  const status = valueOf(service, 'check_initial_status');
  if (status === undefined || ['passing', 'warning', 'critical'].includes(status)) return undefined;
  return { key: 'check_initial_status', problem: 'it must be passing, warning or critical' };
}

/** The only words of a script that are replaced; both values were checked when the service was made. */
function withEndpoint(script: string, { address, port }: Service): string {
  return script.replaceAll('$SERVICE_IP', address).replaceAll('$SERVICE_PORT', String(port));
}

function endpointOf({ address, port }: Service): string {
  return renderHostPort({ host: address, port });
}

function skipVerify(service: Service): ConsulCheck {
  return isOn(service, 'check_tls_skip_verify') ? { TLSSkipVerify: true } : {};
}

/** As in the original any text is a yes, but for `false`, with which nobody means one. */
function isOn(service: Service, key: string): boolean {
  const value = valueOf(service, key);
  return value !== undefined && value !== 'false';
}

function valueOf({ attributes }: Service, key: string): string | undefined {
  const value = attributes.get(key);
  return value === '' ? undefined : value;
}

function field<Name extends keyof ConsulCheck>(
  service: Service,
  name: Name,
  key: string,
): Partial<Record<Name, string>> {
  const value = valueOf(service, key);
  const fields: Partial<Record<Name, string>> = {};
  if (value !== undefined) fields[name] = value;
  return fields;
}
