import { fileURLToPath } from 'node:url';
import { runHealthcheck } from '@wharf/agent/healthcheck';
import { adminAddress } from './admin-address.ts';

await runHealthcheck({ main: fileURLToPath(new URL('main.js', import.meta.url)), adminAddr: adminAddress });
