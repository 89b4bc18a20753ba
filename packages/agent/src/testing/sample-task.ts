import type { Task } from '../agent.ts';
import type { sampleCommand } from './sample-command.ts';

/**
 * A task for the tests of `runAgent`. What it does is its first positional: `say`, `refuse` (configuration), `log`, `fail`,
 * `crash`, `wait` (for ever).
 */
export const sampleTask: Task<(typeof sampleCommand)['options']> = {
  subcommand: {
    name: 'show',
    summary: 'Shows one thing.',
    usage: '<thing> [options] <registry URI>',
    positionals: { name: '<thing> <registry URI>', summary: 'What to show, and where it is kept.', min: 2, max: 2 },
    examples: [{ command: 'sample show say memory:///', summary: 'Says what it was given.' }],
  },
  configure({ positionals, options, warnings }) {
    const [thing] = positionals;
    if (thing === 'refuse') {
      return { ok: false, error: [{ option: '<thing>', value: thing, message: 'cannot be shown' }] };
    }
    return {
      ok: true,
      async value({ log, hostname }) {
        log.info({}, 'showing');
        log.warn({}, 'about to show');
        if (thing === 'fail') throw new Error('\u001b[2J is away', { cause: new Error('ftp://me:secret@engine') });
        if (thing === 'crash') void Promise.reject(new Error('boom'));
        if (thing !== 'say') await new Promise((resolve) => setTimeout(resolve, 60_000));
        return `${JSON.stringify({ positionals, ttl: options.ttl, warnings, known: hostname !== '' })}\n`;
      },
    };
  },
};
