import { type HostPort, renderHostPort } from './address-types.ts';
import { type AdminServer, type AdminSubject, startAdminServer } from './admin-server.ts';
import type { Agent } from './agent.ts';
import type { Logger } from './logger.ts';
import { describeReadiness } from './readiness.ts';

/** What the admin pages need besides the agent. */
export interface AdminSettings extends Pick<AdminSubject, 'title' | 'registry'> {
  readonly address: HostPort;
  readonly log: Logger;
}

/**
 * The agent with admin HTTP around it: served first and closed last, so that probes are answered, with `starting` and
 * `stopping` for reasons, while the agent starts and stops. `start` rejects with an `AdminServerError`, and the agent
 * is then neither started nor stopped, when the address cannot be had.
 */
export function withAdmin(agent: Agent, { title, registry, address, log }: AdminSettings): Agent {
  let phase: 'starting' | 'running' | 'stopping' = 'starting';
  let admin: AdminServer | undefined;
  const readiness = (): readonly string[] =>
    phase === 'running' ? describeReadiness(() => agent.readiness()) : [phase];

  return {
    async start(stopAsked) {
      admin = await startAdminServer(
        { title, registry: agent.exposition ?? registry, readiness, debug: agent.debug },
        address,
        log,
      );
      log.info({ address: renderHostPort(admin.address) }, 'admin HTTP listens');
      await agent.start(stopAsked);
      phase = 'running';
    },
    async stop() {
      phase = 'stopping';
      if (admin === undefined) return;
      try {
        await agent.stop();
      } finally {
        await admin.close();
      }
    },
    readiness,
    debug: agent.debug,
  };
}
