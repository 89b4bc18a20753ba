import { describe, expect, it } from 'vitest';
import { renderEnvironmentFile } from './render-environment-file.ts';
import { sampleCommand } from './testing/sample-command.ts';

describe('renderEnvironmentFile', () => {
  const text = renderEnvironmentFile(sampleCommand);

  it('explains every variable and sets none', () => {
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      # The environment of sample. Uncomment what should differ from the default; flags beat these
      # variables.

      # How long a record lives. Flag: -ttl <seconds>.
      #TTL=60

      # The endpoints of the store. Flag: -machines <endpoint,...>. Used when it is not set: OLD_MACHINES.
      #MACHINES=127.0.0.1:2379

      # When a line is given up on.
      #FLUSH_AFTER=500ms

      # The password of the store. Flag: -password <text>.
      #PASSWORD=

      # The least severe log lines that are written. Flag: -log-level <debug|info|warn|error>.
      #LOG_LEVEL=info

      # How log lines look on standard error: auto is text on a terminal and JSON elsewhere. Flag:
      # -log-format <auto|json|text>.
      #LOG_FORMAT=auto

      # A syslog server for log lines besides standard error: syslog+udp:// or syslog+tcp://,
      # [host][:port]. Flag: -log-to <URI>.
      #LOG_TO=syslog+tcp://logs.example.org:514

      # Where /metrics, /healthz, /readyz and /debug are served: off is nowhere, port 0 takes a free one.
      # Flag: -admin-addr <host:port>.
      #ADMIN_ADDR=127.0.0.1:0
      "
    `);
  });

  it('holds nothing but comments, so that it changes nothing as it is', () => {
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });
});
