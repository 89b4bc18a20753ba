import { type CommandLine, failure, type HostFacts, type OptionError, type Result, success } from '@wharf/agent';
import type { LogShipperConfig } from './config.ts';
import { httpApiConfigOf, httpApiErrors } from './http-api/http-api-options.ts';
import type { options } from './options.ts';
import { routesOf } from './routes/routes-of.ts';
import { spoolErrors } from './spool/spool-options.ts';
import { tlsOptionErrors } from './tls-options.ts';

/** Everything that the log shipper's command line says. */
export interface LogShipperSettings {
  readonly shipper: LogShipperConfig;
  /** Empty to look in the usual places. */
  readonly dockerHost: string;
}

/** The settings that a command line asks for; all errors at once. */
export function configure(
  line: CommandLine<typeof options>,
  { env }: Pick<HostFacts, 'env'>,
): Result<LogShipperSettings, readonly OptionError[]> {
  const { options: given, positionals } = line;
  const httpApi = httpApiConfigOf(given, line);
  const routes = routesOf(positionals, given.routeUris, env, httpApi?.isOptional === false);
  const errors = [
    ...(routes.ok ? spoolErrors(given, routes.value, given.stateDir) : routes.error),
    ...tlsOptionErrors(given),
    ...httpApiErrors(given),
  ];
  if (!routes.ok || errors.length > 0) return failure(errors);
  return success({
    shipper: {
      routes: routes.value,
      allowTty: given.allowTty,
      queue: { messages: given.queueMessages, bytes: given.queueBytes },
      tcpResendMs: given.tcpResend,
      inactivityMs: given.inactivityTimeout,
      backlog: given.backlog,
      tail: given.tail,
      excludedLabels: given.excludeLabels,
      source: given.source,
      logFiles: given.logFiles,
      stateDir: given.stateDir,
      httpApi,
      routesPath: given.routesPath,
      stages: given,
      spool: given,
      tls: given,
      encoding: given,
    },
    dockerHost: given.dockerHost,
  });
}
