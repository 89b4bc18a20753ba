import { silentLogger } from '@wharf/agent';
import { lockStateFolder } from '../io/state-lock.ts';

/** A process that takes a state folder, says so, and keeps it until it is killed. */
await lockStateFolder(process.argv[2] ?? '', silentLogger);
process.stdout.write('locked\n');
setInterval(() => undefined, 1_000);
