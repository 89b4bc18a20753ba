import { bench } from './commands/bench.ts';
import { build } from './commands/build.ts';
import { check } from './commands/check.ts';
import { demo } from './commands/demo.ts';
import { docs } from './commands/docs.ts';
import { fix } from './commands/fix.ts';
import { start } from './commands/start.ts';
import { test } from './commands/test.ts';
import { UserError } from './user-error.ts';

/** A workspace command: takes the words after its name, resolves to the exit code. */
type WorkspaceCommand = (args: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, { readonly summary: string; readonly run: WorkspaceCommand }>> = {
  demo: { summary: 'run the three agents on sample containers and show every step', run: demo },
  start: { summary: 'run the three agents against the local engine until Ctrl-C', run: start },
  test: { summary: 'run all tests, or those of the packages named', run: test },
  build: { summary: 'build every package and app', run: build },
  check: { summary: 'check format, lint, types, import rules and generated docs', run: check },
  fix: { summary: 'format, and mend what the linter can mend', run: fix },
  docs: { summary: 'write the generated parts of the READMEs and example files', run: docs },
  bench: { summary: 'run the benchmarks, or those named', run: bench },
};

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  npm run ${name.padEnd(6)} ${summary}`);
  return ['Commands of the Wharf workspace:', ...lines, ''].join('\n');
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`${name === '' ? '' : `There is no command "${name}".\n`}${usage()}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command.run(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
