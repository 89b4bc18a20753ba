import { describe, expect, it } from 'vitest';
import { unitCommands } from './unit-commands.ts';

const UNIT = `
ExecStartPre=-/usr/bin/docker rm web-%i
ExecStart=/usr/bin/docker run --dns \${ADDRESS} \\
  --health-cmd "wget -q http://x/" \\
  example/web
`;

describe('unitCommands', () => {
  it('splits commands as systemd does', () => {
    expect(unitCommands(UNIT, 'ExecStartPre', { i: '2' })).toEqual([['/usr/bin/docker', 'rm', 'web-2']]);
    expect(unitCommands(UNIT, 'ExecStart', { ADDRESS: '10.0.0.1' })).toEqual([
      ['/usr/bin/docker', 'run', '--dns', '10.0.0.1', '--health-cmd', 'wget -q http://x/', 'example/web'],
    ]);
  });

  it('refuses what nothing stands for', () => {
    expect(() => unitCommands(UNIT, 'ExecStart', {})).toThrow('${ADDRESS}');
    expect(() => unitCommands(UNIT, 'ExecStartPre', {})).toThrow('%i');
  });
});
