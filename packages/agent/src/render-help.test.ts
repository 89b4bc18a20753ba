import { describe, expect, it } from 'vitest';
import { string } from './option-types.ts';
import { renderHelp, renderSubcommandHelp } from './render-help.ts';
import { sampleCommand } from './testing/sample-command.ts';
import { sampleTask } from './testing/sample-task.ts';

describe('renderHelp', () => {
  const help = renderHelp(sampleCommand);

  it('shows usage, options with variables and defaults, and examples', () => {
    expect(help).toMatchInlineSnapshot(`
      "sample: Shows every kind of option.

      Usage: sample [options] <registry URI>

        <registry URI>
              Where records are kept.

      Options:
        -ttl <seconds>
              How long a record lives. Variable: TTL. Default: 60
        -internal
              Registers container addresses. Default: false
        -ip <address>
              The address to register.
        -machines <endpoint,...>
              The endpoints of the store. Variable: MACHINES, else OLD_MACHINES.
              Default: 127.0.0.1:2379
        -password <text>
              The password of the store. Variable: PASSWORD.
        -discover
              Accepted, does nothing: every machine in -machines is used.
        -log-level <debug|info|warn|error>
              The least severe log lines that are written. Variable: LOG_LEVEL.
              Default: info
        -log-format <auto|json|text>
              How log lines look on standard error: auto is text on a terminal and
              JSON elsewhere. Variable: LOG_FORMAT. Default: auto
        -log-to <URI>
              A syslog server for log lines besides standard error: syslog+udp:// or
              syslog+tcp://, [host][:port]. Variable: LOG_TO.
        -admin-addr <host:port>
              Where /metrics, /healthz, /readyz and /debug are served: off is nowhere,
              port 0 takes a free one. Variable: ADMIN_ADDR. Default: 127.0.0.1:0
        -help
              Prints this and exits.
        -version
              Prints the version and exits.

      Environment variables without a flag:
        FLUSH_AFTER=<duration>
              When a line is given up on. Default: 500ms

      Examples:
        sample -ttl 40 memory:///example.local
              Keeps records in memory.

      A flag beats its variable, a variable the default; an empty variable counts as
      unset.
      "
    `);
  });

  it('is at most 80 columns wide', () => {
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('never shows the default of a secret', () => {
    expect(help).not.toContain('hidden-default');
  });

  it('tells of topics between options and examples', () => {
    const topics = [{ title: 'Schemes', rows: [{ term: 'memory', summary: 'Keeps nothing.' }] }];
    expect(renderHelp({ ...sampleCommand, topics })).toContain(
      '500ms\n\nSchemes:\n  memory\n        Keeps nothing.\n\nExamples:',
    );
  });

  it('says nothing of variables where there are none', () => {
    const options = { base: { flag: 'base', type: string('image'), default: undefined, summary: 'The base.' } };
    const bare = renderHelp({ ...sampleCommand, name: 'npm run sample --', options });
    expect(bare).not.toContain('variable');
    expect(bare).toContain('npm run sample: Shows every kind of option.\n\nUsage: npm run sample -- [options]');
  });

  it('offers what the program does instead of running', () => {
    expect(renderHelp(sampleCommand, [sampleTask.subcommand])).toContain(
      [
        'Instead of running:',
        '  sample show <thing> [options] <registry URI>',
        '        Shows one thing.',
        '',
        'Options:',
      ].join('\n'),
    );
  });
});

describe('renderSubcommandHelp', () => {
  it('shows usage, where the options are explained, and examples', () => {
    expect(renderSubcommandHelp(sampleCommand, sampleTask.subcommand)).toMatchInlineSnapshot(`
      "sample show: Shows one thing.

      Usage: sample show <thing> [options] <registry URI>

        <thing> <registry URI>
              What to show, and where it is kept.

      It takes the options of sample, anywhere on the line; sample -help lists them.
      The log level is warn unless it is given.

      Examples:
        sample show say memory:///
              Says what it was given.
      "
    `);
  });
});
