import { agentOptionsWith } from '../agent-options.ts';
import type { Command } from '../command.ts';
import { durationMs, integer, list, string, toggle } from '../option-types.ts';
import { defineOptions } from '../options.ts';

const sampleOptions = defineOptions({
  ttl: {
    flag: 'ttl',
    variables: ['TTL'],
    type: integer({ min: 1, unit: 'seconds' }),
    default: 60,
    summary: 'How long a record lives.',
    example: '40',
  },
  internal: { flag: 'internal', type: toggle(), default: false, summary: 'Registers container addresses.' },
  ip: { flag: 'ip', type: string('address'), default: undefined, summary: 'The address to register.' },
  machines: {
    flag: 'machines',
    variables: ['MACHINES', 'OLD_MACHINES'],
    type: list(string('endpoint')),
    default: ['127.0.0.1:2379'],
    summary: 'The endpoints of the store.',
  },
  flush: { variables: ['FLUSH_AFTER'], type: durationMs(), default: 500, summary: 'When a line is given up on.' },
  password: {
    flag: 'password',
    variables: ['PASSWORD'],
    type: { ...string(), parse: (text) => (text === 'wrong' ? fail() : { ok: true, value: text }) },
    default: 'hidden-default',
    summary: 'The password of the store.',
    secret: true,
  },
  discover: {
    flag: 'discover',
    type: toggle(),
    default: false,
    summary: 'Finds machines.',
    deprecated: 'every machine in -machines is used.',
  },
});

function fail(): { readonly ok: false; readonly error: string } {
  return { ok: false, error: 'is too weak' };
}

/** A command with one option of every kind. */
export const sampleCommand: Command<typeof sampleOptions & ReturnType<typeof agentOptionsWith>> = {
  name: 'sample',
  summary: 'Shows every kind of option.',
  usage: '[options] <registry URI>',
  positionals: { name: '<registry URI>', summary: 'Where records are kept.', min: 1, max: 1 },
  options: { ...sampleOptions, ...agentOptionsWith({ adminAddr: { host: '127.0.0.1', port: 0 } }) },
  examples: [{ command: 'sample -ttl 40 memory:///example.local', summary: 'Keeps records in memory.' }],
};
