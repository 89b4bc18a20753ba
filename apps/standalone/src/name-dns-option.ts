import { type Agent, type HostPort, renderHostPort } from '@wharf/agent';
import { ListenError } from '@wharf/dns-server';

/** The DNS server as it is, but that it speaks of this command's `-dns-addr`, not of its own, when it cannot listen. */
export function nameDnsOption(dnsServer: Agent, listen: HostPort): Agent {
  return {
    ...dnsServer,
    async start(stopAsked) {
      try {
        await dnsServer.start(stopAsked);
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        const message = `DNS cannot be served on ${renderHostPort(listen)}; choose another address with -dns-addr`;
        throw new ListenError(error.code, message, { cause: error.cause });
      }
    },
  };
}
