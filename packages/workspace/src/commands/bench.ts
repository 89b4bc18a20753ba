import { benchmarks } from '../bench/benchmarks.ts';
import { renderBenchHelp } from '../bench/render-bench-help.ts';
import { UserError } from '../user-error.ts';

const HELP: ReadonlySet<string> = new Set(['-help', '--help', '-h']);

/** Runs all benchmarks, or those named: `npm run bench -- dns-wire`. They print ratios; none can fail on a figure. */
export async function bench(args: readonly string[]): Promise<number> {
  if (args.some((word) => HELP.has(word))) {
    process.stdout.write(renderBenchHelp(benchmarks));
    return 0;
  }
  const unknown = args.filter((name) => !(name in benchmarks));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}; -help says more.`,
    );
  }
  for (const [name, { run }] of Object.entries(benchmarks)) {
    if (args.length > 0 && !args.includes(name)) continue;
    process.stdout.write(`\n${name}\n`);
    await run((line) => process.stdout.write(`  ${line}\n`));
  }
  return 0;
}
