import { failure, type OptionError, type Result } from '@wharf/agent';
import type { RegistryUri } from './registries/registry-scheme.ts';
import { refusedSchemes, registrySchemes } from './registries/schemes.ts';

/** What the positional argument is, for the help. */
export const registryUriSummary = `Where to register. ${registrySchemes
  .map(({ form, summary }) => `${form}: ${summary}.`)
  .join(' ')}`;

/**
 * Parses the registry's URI. Not `URL`: several endpoints are no URL. Errors continue a sentence that begins with the
 * text; none is about a text that may hold a password but to say so.
 */
export function parseRegistryUri(text: string): Result<RegistryUri, string> {
  if (holdsCredentials(text)) {
    return failure(
      'holds credentials, which anybody can read there: use ETCD_USERNAME and ETCD_PASSWORD, or CONSUL_HTTP_TOKEN',
    );
  }
  if (/[${}]/.test(text)) return failure('holds a variable that nobody has filled in: $, { and } are in no name');
  const { name = '', authority = '', path = '' } = splitUri(text);
  const refused = refusedSchemes.get(name.toLowerCase());
  if (refused !== undefined) return failure(refused);
  const scheme = registrySchemes.find((known) => known.scheme === name.toLowerCase());
  if (scheme === undefined) {
    const fault = name === '' ? 'is not a registry URI' : `has the unknown scheme ${name}`;
    const forms = registrySchemes.map(({ form }) => form);
    return failure(`${fault}: it must be ${forms.slice(0, -1).join(', ')} or ${forms.at(-1) ?? ''}`);
  }
  const parsed = scheme.parse({ authority, path });
  return parsed.ok ? parsed : failure(`${parsed.error}: it must be ${scheme.form}`);
}

/**
 * True when a URI seems to have a user part, which may hold a password and so may not be shown. A slash before the `@`
 * does not clear it: people forget to encode those of their passwords, and no domain needs an `@`.
 */
export function holdsCredentials(text: string): boolean {
  return text.includes('@');
}

function splitUri(text: string): { readonly [part in 'name' | 'authority' | 'path']?: string | undefined } {
  return /^(?<name>[a-z][a-z0-9+.-]*):(?:\/\/(?<authority>[^/\s]*)(?:\/(?<path>\S*?)\/?)?)?$/i.exec(text)?.groups ?? {};
}

/** What is wrong with the registry URI of a command line, for messages: without it where it may hold a password. */
export function registryUriErrors([uri]: readonly string[]): readonly OptionError[] {
  if (uri === undefined) return [];
  const registry = parseRegistryUri(uri);
  if (registry.ok) return [];
  return [{ option: '<registry URI>', value: holdsCredentials(uri) ? '' : uri, message: registry.error }];
}

/** Why `-dns-sd` cannot be had with a registry; empty when it can. */
export function dnsSdErrors(registry: RegistryUri, dnsSd: boolean): readonly OptionError[] {
  const able = registrySchemes.filter(({ takesDnsSd }) => takesDnsSd).map(({ scheme }) => scheme);
  if (!dnsSd || able.includes(registry.scheme)) return [];
  const message = `needs a registry of DNS records, ${able.join(':// or ')}://, and this one is ${registry.scheme}://`;
  return [{ option: '-dns-sd', value: '', message }];
}
