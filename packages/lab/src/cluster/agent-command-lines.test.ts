import { describe, expect, it } from 'vitest';
import { type AgentFacts, addressRecord, renderAgentArgs } from './agent-command-lines.ts';

const facts: AgentFacts = {
  hostName: 'host-2',
  address: '10.77.0.12',
  addresses: ['10.77.0.11', '10.77.0.12', '10.77.0.13'],
  domain: 'staging.example.local',
  ttlSeconds: 10,
  ttlRefreshSeconds: 3,
  relpPort: 2514,
  stateDir: '/lab/host-2/disk/log-shipper',
};

describe('renderAgentArgs', () => {
  const members = '10.77.0.12:2379,10.77.0.13:2379,10.77.0.11:2379';
  const machines = 'http://10.77.0.12:2379,http://10.77.0.13:2379,http://10.77.0.11:2379';
  it.each([
    ['registrar', `-host host-2 -ip 10.77.0.12 -ttl 10 -ttl-refresh 3 skydns2://${members}/staging.example.local`],
    ['dns-server', `-addr 10.77.0.12:53 -reuse-port -domain staging.example.local -machines ${machines}`],
    ['log-shipper', '-state-dir /lab/host-2/disk/log-shipper syslog+relp://docker-rsyslog.staging.example.local:2514'],
  ] as const)('%s has the command line of its unit, its own etcd member first', (agent, line) => {
    expect(renderAgentArgs(agent, facts).join(' ')).toBe(line);
  });
});

describe('addressRecord', () => {
  it("is SkyDNS's, its path the name backwards", () => {
    expect(addressRecord('docker-rsyslog', 'staging.example.local', '10.77.0.254')).toEqual([
      '/skydns/local/example/staging/docker-rsyslog',
      '{"host":"10.77.0.254"}',
    ]);
  });
});
