import { type AgentProgram, success } from '@wharf/agent';
import { createDnsServer } from './app.ts';
import { dnsServerCommand } from './command.ts';
import { createStoredConfiguration } from './configuration/stored-configuration.ts';
import { configure, type DnsServerLine, type DnsServerSettings } from './configure.ts';
import { importV2Task } from './import-v2-task.ts';
import { readCookieSecrets } from './io/cookie-secrets-file.ts';
import { openStore } from './io/open-store.ts';
import { readSystemNameservers } from './io/read-resolv-conf.ts';
import { dnsServerMetrics } from './metrics.ts';
import { withMetricsServer } from './with-metrics-server.ts';

/** A command line and what is made of it: the store's configuration is laid over the first. */
export interface DnsServerProgramConfig {
  readonly line: DnsServerLine;
  readonly settings: DnsServerSettings;
}

/** The DNS server as a process of its own: from its command line to a running agent with its own connection to etcd. */
export const program: AgentProgram<(typeof dnsServerCommand)['options'], DnsServerProgramConfig> = {
  command: dnsServerCommand,
  metrics: dnsServerMetrics,
  tasks: [importV2Task],
  configure(line) {
    const settings = configure(line);
    return settings.ok ? success({ line, settings: settings.value }) : settings;
  },
  create({ line, settings }, context) {
    const configuration = createStoredConfiguration(line, settings.server);
    const { cookieSecretFile } = settings;
    const cookieSecrets = cookieSecretFile === undefined ? {} : { cookieSecrets: readCookieSecrets(cookieSecretFile) };
    const store = openStore(settings.etcd, context);
    const systemNameservers = readSystemNameservers(context.log);
    const more = { configuration, systemNameservers, ...cookieSecrets };
    const server = createDnsServer(settings.server, { ...context, store, ...more });
    const agent =
      settings.metrics === undefined ? server : withMetricsServer(server, { ...context, address: settings.metrics });
    return {
      ...agent,
      async stop() {
        await agent.stop();
        await store.close();
      },
    };
  },
};
