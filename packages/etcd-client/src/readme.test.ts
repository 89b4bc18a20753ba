import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

describe('the example of the README', () => {
  it('prints what the README says', async () => {
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
    const [, example = '', printed = ''] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(readme) ?? [];
    const args = ['--conditions=source', '--input-type=module-typescript', '--eval', example];
    expect((await run(process.execPath, args, { cwd: import.meta.dirname })).stdout).toBe(printed);
  });
});
