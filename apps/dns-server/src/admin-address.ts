import type { HostPort } from '@wharf/agent';

/** Where the admin HTTP listens unless told otherwise; apart from the options, so that the health check loads no more. */
export const adminAddress: HostPort = { host: '127.0.0.1', port: 8055 };
