import { benchmarks } from '../bench/benchmarks.ts';
import { UserError } from '../user-error.ts';

/** Runs all benchmarks, or those named: `npm run bench -- dns-wire`. They print ratios; none can fail on a figure. */
export async function bench(args: readonly string[]): Promise<number> {
  const unknown = args.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`,
    );
  }
  for (const [name, run] of Object.entries(benchmarks)) {
    if (args.length > 0 && !args.includes(name)) continue;
    process.stdout.write(`\n${name}\n`);
    await run((line) => process.stdout.write(`  ${line}\n`));
  }
  return 0;
}
