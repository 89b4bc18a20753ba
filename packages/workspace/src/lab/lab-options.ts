import { type Command, defineOptions, integer, string } from '@wharf/agent';
import { commandHelp } from './lab-command.ts';

const options = defineOptions({
  hosts: {
    flag: 'hosts',
    type: integer({ min: 1, max: 9, unit: 'hosts' }),
    default: 3,
    summary: 'How many hosts there are; etcd goes on without the smaller half of them.',
    example: '5',
  },
  ttl: {
    flag: 'ttl',
    type: integer({ min: 2, max: 600, unit: 'seconds' }),
    default: 10,
    summary: 'How long the records of a host live after it has died.',
    example: '40',
  },
  ttlRefresh: {
    flag: 'ttl-refresh',
    type: integer({ min: 1, max: 600, unit: 'seconds' }),
    default: 3,
    summary: 'How often registrars renew them.',
    example: '30',
  },
  script: {
    flag: 'script',
    type: string('commands'),
    default: undefined,
    summary:
      'Commands to run one after the other, separated by semicolons; then the lab ends. Without it they are typed or piped in.',
    example: 'cut 2; wait; heal 2; wait',
  },
});

/** The command line of `npm run lab`. */
export const labCommandLine: Command<typeof options> = {
  name: 'npm run lab --',
  summary:
    'Runs three hosts with engines, an etcd cluster and Wharf on this machine, and offers faults by command. Needs root.',
  usage: '[options]',
  positionals: { name: '', summary: '', min: 0, max: 0 },
  options,
  examples: [
    { command: 'npm run lab', summary: 'Shows a live table, with a prompt for commands; help lists them.' },
    { command: 'npm run lab -- -script "kill 2; wait; boot 2; wait"', summary: 'Does this and ends.' },
    { command: 'echo "roll; wait" | npm run lab', summary: 'The same with commands from standard input.' },
  ],
  topics: [
    {
      title: 'Commands',
      rows: Object.values(commandHelp).map(({ usage, summary }) => ({ term: usage, summary })),
    },
  ],
};
