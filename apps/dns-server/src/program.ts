import type { AgentProgram } from '@wharf/agent';
import { createDnsServer } from './app.ts';
import { dnsServerCommand } from './command.ts';
import { configure, type DnsServerSettings } from './configure.ts';
import { readCookieSecrets } from './io/cookie-secrets-file.ts';
import { openStore } from './io/open-store.ts';
import { dnsServerMetrics } from './metrics.ts';

/** The DNS server as a process of its own: from its command line to a running agent with its own connection to etcd. */
export const program: AgentProgram<(typeof dnsServerCommand)['options'], DnsServerSettings> = {
  command: dnsServerCommand,
  metrics: dnsServerMetrics,
  configure,
  create(settings, context) {
    const { cookieSecretFile } = settings;
    const cookieSecrets = cookieSecretFile === undefined ? {} : { cookieSecrets: readCookieSecrets(cookieSecretFile) };
    const store = openStore(settings.etcd, context);
    const agent = createDnsServer(settings.server, { ...context, store, ...cookieSecrets });
    return {
      ...agent,
      async stop() {
        await agent.stop();
        await store.close();
      },
    };
  },
};
