import { type AgentOptions, type AgentProgram, type OptionTable, parseCommandLine } from '@wharf/agent';
import { program as dnsServer } from '@wharf/dns-server';
import { program as logShipper } from '@wharf/log-shipper';
import { program as registrar } from '@wharf/registrar';
import { describe, expect, it } from 'vitest';
import { unitCommands } from '../examples/unit-commands.ts';
import { POSTS_UNITS } from './posts-units.ts';

const FACTS = { hostname: 'host-1', env: {} };
const ETCD = 'skydns2://10.0.0.11:4001/staging.example.local';
const ROUTE = 'syslog://docker-rsyslog.staging.example.local:514';

/** What is wrong with a command line, and what is warned of. */
interface Judged {
  readonly errors: readonly unknown[];
  readonly warnings: readonly string[];
}

type Judge = (args: readonly string[], env: Readonly<Record<string, string>>) => Judged;

function judgeOf<T extends OptionTable & AgentOptions, C>(program: AgentProgram<T, C>): Judge {
  return (args, env) => {
    const line = parseCommandLine(program.command, args, env);
    if (!line.ok) return { errors: line.error, warnings: [] };
    const config = program.configure(line.value, FACTS);
    return { errors: config.ok ? [] : config.error, warnings: line.value.warnings };
  };
}

const JUDGES = {
  registrar: judgeOf(registrar),
  'dns-server': judgeOf(dnsServer),
  'log-shipper': judgeOf(logShipper),
};

describe("the posts' units with another image", () => {
  it.each(['registrar', 'dns-server', 'log-shipper'] as const)('are units of %s', (agent) => {
    const [words = []] = unitCommands(POSTS_UNITS[agent], 'ExecStart', {
      H: 'host-1',
      COREOS_PRIVATE_IPV4: '10.0.0.11',
    });
    const imageAt = words.findIndex((word) => word.startsWith('wharf/'));
    const env = words.filter((_, index) => words[index - 1] === '-e').map((each) => each.split('=', 2));
    expect(JUDGES[agent](words.slice(imageAt + 1), Object.fromEntries(env))).toEqual({ errors: [], warnings: [] });
  });

  it.each([
    ['registrar', ['-resync', '60', '-cleanup', '-deregister', 'always', ETCD], 0],
    ['registrar', ['-internal', '-explicit', '-useIpFromLabel', 'ip', '-tags', '{{.Name}}', ETCD], 0],
    ['registrar', ['-retry-attempts=-1', '-retry-interval=2000', ETCD], 0],
    ['dns-server', ['-machines=10.0.0.11:4001', '-addr', '0.0.0.0:53', '-domain', 'example.local.', '-discover'], 1],
    [
      'dns-server',
      ['-etcd3', '-logtostderr', '-nameservers', '8.8.8.8:53,8.8.4.4:53', '-no-rec=false', '-stubzones'],
      2,
    ],
    ['log-shipper', [`${ROUTE}?filter.name=web*&append_tag=x`, 'raw://10.0.0.1:5000'], 0],
  ] as const)('take more of the originals: %s %j', (agent, args, warnings) => {
    const judged = JUDGES[agent](args, {});
    expect(judged.errors).toEqual([]);
    expect(judged.warnings).toHaveLength(warnings);
  });

  it.each([
    [
      'log-shipper',
      [],
      { ROUTE_URIS: ROUTE, BACKLOG: 'true', TAIL: '10', SYSLOG_FORMAT: 'rfc3164', EXCLUDE_LABEL: 'x' },
    ],
    [
      'dns-server',
      [],
      { ETCD_MACHINES: 'http://10.0.0.11:4001', SKYDNS_NAMESERVERS: '8.8.8.8:53', PROMETHEUS_PORT: '9153' },
    ],
    ['registrar', [ETCD], { DOCKER_HOST: 'unix:///tmp/docker.sock' }],
  ] as const)('take variables of the originals: %s %j %j', (agent, args, env) => {
    expect(JUDGES[agent](args, env).errors).toEqual([]);
  });
});
