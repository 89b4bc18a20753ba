import { failure, type OptionDeclaration, success } from '@wharf/agent';
import { DEFAULT_SOCKETS, parseDockerHost } from './docker-host.ts';

/** Where the engine is, as every agent that needs one is told; empty to look in the usual places. */
export const dockerHostOption: OptionDeclaration<string> = {
  flag: 'docker-host',
  variables: ['DOCKER_HOST'],
  type: {
    placeholder: 'URL',
    parse(text) {
      const host = text.trim();
      if (host === '' || host === 'unix://') return success('');
      const address = parseDockerHost(host);
      return address.ok ? success(host) : failure(address.error);
    },
    render: (host) => host,
  },
  default: '',
  summary: `The container engine; without it the first of ${listed(DEFAULT_SOCKETS)} that is there. For tcp:// over TLS: DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH, the folder of ca.pem, cert.pem and key.pem.`,
  example: 'unix:///tmp/docker.sock',
};

function listed(paths: readonly string[]): string {
  return `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`;
}
