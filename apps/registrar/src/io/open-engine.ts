import type { AgentContext } from '@wharf/agent';
import { createDockerEngine, type DockerEngine } from '@wharf/docker-watcher';
import type { RegistrarSettings } from '../configure.ts';

/**
 * The engine that a command line names; nothing is connected yet.
 * @throws EngineError `misconfigured` when its address cannot be understood or a certificate cannot be read
 */
export function openEngine(
  { dockerHost, registrar }: Pick<RegistrarSettings, 'dockerHost' | 'registrar'>,
  { env, clock }: Pick<AgentContext, 'env' | 'clock'>,
): DockerEngine {
  return createDockerEngine({ dockerHost, env, clock, keepInspected: registrar.tags !== undefined });
}
