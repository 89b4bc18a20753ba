import { type OptionError, parseCommandLine, renderOptionError } from '@wharf/agent';
import { dnsServerCommand } from '../command.ts';
import type { DnsServerConfig } from '../config.ts';
import { createStoredConfiguration, type StoredConfiguration } from '../configuration/stored-configuration.ts';
import { configure } from '../configure.ts';

/**
 * The configuration that a command line gives, for tests.
 * @throws Error with every mistake in it
 */
export function configureServer(args: readonly string[]): DnsServerConfig {
  return configureStored(args).server;
}

/**
 * The same as what a configuration in the store is laid over.
 * @throws Error with every mistake in it
 */
export function configureStored(args: readonly string[]): StoredConfiguration {
  const line = parseCommandLine(dnsServerCommand, args, {});
  if (!line.ok) throw mistakes(line.error);
  const settings = configure(line.value);
  if (!settings.ok) throw mistakes(settings.error);
  return createStoredConfiguration(line.value, settings.value.server);
}

function mistakes(errors: readonly OptionError[]): Error {
  return new Error(errors.map(renderOptionError).join('\n'));
}
