import { runAgent } from '../run-agent.ts';
import { sampleCommand } from './sample-command.ts';
import { sampleTask } from './sample-task.ts';

/**
 * A program for the tests of `runAgent`. What it does is its positional argument: `serve`, `refuse` (configuration),
 * `fail` (start), `throw` (creation), `crash` and `reject` (while running), `hang` (stop). `/debug/flood` floods its log, and
 * `/debug/warn` has Node warn. Its one
 * task is `show`.
 */
await runAgent({
  command: sampleCommand,
  metrics: {},
  tasks: [sampleTask],
  configure({ positionals: [behaviour = ''] }) {
    if (behaviour !== 'refuse') return { ok: true, value: behaviour };
    return { ok: false, error: [{ option: '-ttl', value: '', message: 'must be given together with -ip' }] };
  },
  create(behaviour, { log }) {
    if (behaviour === 'throw') throw new Error('nothing to create');
    return {
      async start() {
        if (behaviour === 'fail') throw new Error('127.0.0.1:53 is in use', { cause: new Error('EADDRINUSE') });
        if (behaviour === 'crash') setImmediate(() => fail('boom'));
        if (behaviour === 'reject') void Promise.reject(new Error('boom'));
      },
      stop: () => (behaviour === 'hang' ? new Promise(() => undefined) : Promise.resolve()),
      readiness: () => [],
      debug: { behaviour: () => behaviour, flood, warn },
    };

    function flood(): void {
      for (let line = 0; line < 20_000; line++) log.info({ line }, 'x'.repeat(200));
    }
  },
});

function warn(): void {
  process.emitWarning('a library is old', 'DeprecationWarning');
  process.emitWarning('a library is wrong', 'Warning');
}

function fail(message: string): never {
  throw new Error(message);
}
