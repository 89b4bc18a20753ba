import { type Subcommand, success, type Task } from '@wharf/agent';
import type { registrarCommand } from './command.ts';
import { configure } from './configure.ts';
import { explain } from './io/explain.ts';
import { registryUriErrors } from './registry-uri.ts';

const explainCommand: Subcommand = {
  name: 'explain',
  summary: 'Prints which services a container gives, each with key and value, and for every port left out why.',
  usage: '<container> [options] <registry URI>',
  positionals: {
    name: '<container> <registry URI>',
    summary:
      'The name of a container, or at least four digits of its ID; and where the registrar registers it. The registry itself is not asked: what others hold there is at /debug/conflicts.',
    min: 2,
    max: 2,
    check: ([, ...uri]) => registryUriErrors(uri),
  },
  examples: [
    {
      command:
        'registrar explain web -ip 10.0.0.5 -ttl 40 -ttl-refresh 30 skydns2://10.0.0.5:2379/staging.example.local',
      summary: 'Says what the registrar with these arguments makes of the container web.',
    },
  ],
};

/** `registrar explain`: put in front of a registrar's own arguments, it says what that registrar makes of a container. */
export const explainTask: Task<(typeof registrarCommand)['options']> = {
  subcommand: explainCommand,
  configure(line, facts) {
    const [wanted = '', ...positionals] = line.positionals;
    const settings = configure({ ...line, positionals }, facts);
    return settings.ok ? success((context) => explain(wanted, settings.value, context)) : settings;
  },
};
