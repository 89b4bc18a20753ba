import { runAgent } from '@wharf/agent';
import { program } from './program.ts';

await runAgent(program);
