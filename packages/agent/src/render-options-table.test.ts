import { describe, expect, it } from 'vitest';
import { renderOptionsTable } from './render-options-table.ts';
import { sampleCommand } from './testing/sample-command.ts';

describe('renderOptionsTable', () => {
  it('has a row for every option, and no default for secrets and what is ignored', () => {
    expect(`\n${renderOptionsTable(sampleCommand)}`).toMatchInlineSnapshot(`
      "
      | Option                                  | Variable                        | Default          | Meaning                                                                                              |
      | --------------------------------------- | ------------------------------- | ---------------- | ---------------------------------------------------------------------------------------------------- |
      | \`-ttl <seconds>\`                        | \`TTL\`                           | \`60\`             | How long a record lives.                                                                             |
      | \`-internal\`                             |                                 | \`false\`          | Registers container addresses.                                                                       |
      | \`-ip <address>\`                         |                                 |                  | The address to register.                                                                             |
      | \`-machines <endpoint,...>\`              | \`MACHINES\`, else \`OLD_MACHINES\` | \`127.0.0.1:2379\` | The endpoints of the store.                                                                          |
      |                                         | \`FLUSH_AFTER\`                   | \`500ms\`          | When a line is given up on.                                                                          |
      | \`-password <text>\`                      | \`PASSWORD\`                      |                  | The password of the store.                                                                           |
      | \`-discover\`                             |                                 |                  | Accepted, does nothing: every machine in -machines is used.                                          |
      | \`-log-level <debug\\|info\\|warn\\|error>\` | \`LOG_LEVEL\`                     | \`info\`           | The least severe log lines that are written.                                                         |
      | \`-log-format <auto\\|json\\|text>\`        | \`LOG_FORMAT\`                    | \`auto\`           | How log lines look on standard error: auto is text on a terminal and JSON elsewhere.                 |
      | \`-log-to <URI>\`                         | \`LOG_TO\`                        |                  | A syslog server for log lines besides standard error: syslog+udp:// or syslog+tcp://, [host][:port]. |
      | \`-admin-addr <host:port>\`               | \`ADMIN_ADDR\`                    | \`127.0.0.1:0\`    | Where /metrics, /healthz, /readyz and /debug are served: off is nowhere, port 0 takes a free one.    |
      "
    `);
  });
});
