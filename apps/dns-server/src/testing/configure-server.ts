import { parseCommandLine, renderOptionError } from '@wharf/agent';
import { dnsServerCommand } from '../command.ts';
import type { DnsServerConfig } from '../config.ts';
import { configure } from '../configure.ts';

/**
 * The configuration that a command line gives, for tests.
 * @throws Error with every mistake in it
 */
export function configureServer(args: readonly string[]): DnsServerConfig {
  const line = parseCommandLine(dnsServerCommand, args, {});
  const settings = line.ok ? configure(line.value) : line;
  if (!settings.ok) throw new Error(settings.error.map(renderOptionError).join('\n'));
  return settings.value.server;
}
