// Starts the built server and lets the compiled use.ts call it.
//   node use.mjs <path of use.js>
import { execFileSync } from 'node:child_process';
import { ADMIN, startServer } from '../server.mjs';

const server = startServer(process.execPath, { RATE_LIMIT_ADMIN: '3' });
try {
  const { origin } = new URL(await server.url);
  execFileSync(process.execPath, [process.argv[2], origin, ADMIN.email, ADMIN.password], {
    stdio: 'inherit',
  });
} finally {
  await server.remove();
}
