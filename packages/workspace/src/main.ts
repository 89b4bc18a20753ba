import type { RunnableApp } from './commands/agent.ts';
import { UserError } from './user-error.ts';

/** A workspace command: takes the words after its name, resolves to the exit code. */
type WorkspaceCommand = (args: readonly string[]) => Promise<number>;

/** Each is loaded only when it is asked for: `build` needs nothing of what `docs` reads. */
const commands: Readonly<Record<string, { readonly summary: string; readonly load: () => Promise<WorkspaceCommand> }>> =
  {
    demo: {
      summary: 'run the three agents on sample containers and show every step',
      load: async () => (await import('./commands/demo.ts')).demo,
    },
    start: {
      summary: 'run the three agents against the local engine until Ctrl-C',
      load: async () => (await import('./commands/start.ts')).start,
    },
    lab: {
      summary: 'run three hosts with an etcd cluster on this machine, and try faults',
      load: async () => (await import('./commands/lab.ts')).lab,
    },
    images: {
      summary: 'build the container images; -help has the options',
      load: async () => (await import('./commands/images.ts')).images,
    },
    registrar: { summary: 'run the registrar with these arguments', load: () => loadAgent('registrar') },
    'dns-server': { summary: 'run the DNS server with these arguments', load: () => loadAgent('dns-server') },
    'log-shipper': { summary: 'run the log shipper with these arguments', load: () => loadAgent('log-shipper') },
    test: {
      summary: 'run all tests, or those of the packages named',
      load: async () => (await import('./commands/test.ts')).test,
    },
    build: { summary: 'build every package and app', load: async () => (await import('./commands/build.ts')).build },
    check: {
      summary: 'check format, lint, types, import rules and generated docs',
      load: async () => (await import('./commands/check.ts')).check,
    },
    fix: {
      summary: 'format, and mend what the linter can mend',
      load: async () => (await import('./commands/fix.ts')).fix,
    },
    docs: {
      summary: 'write the generated parts of the READMEs and example files',
      load: async () => (await import('./commands/docs.ts')).docs,
    },
    bench: {
      summary: 'run the benchmarks, or those named',
      load: async () => (await import('./commands/bench.ts')).bench,
    },
  };

async function loadAgent(app: RunnableApp): Promise<WorkspaceCommand> {
  return (await import('./commands/agent.ts')).agentCommand(app);
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  npm run ${name.padEnd(11)} ${summary}`);
  return ['Commands of the Wharf workspace:', ...lines, ''].join('\n');
}

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`${name === '' ? '' : `There is no command "${name}".\n`}${usage()}`);
  process.exitCode = 2;
} else {
  try {
    const run = await command.load();
    process.exitCode = await run(args);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
