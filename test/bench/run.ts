import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { badKeys } from './bad-keys.js';
import { coldRequest } from './cold-call.js';
import { flush } from './flush.js';
import { keyCount } from './key-count.js';
import { lists } from './lists.js';
import { meRequest } from './me-call.js';
import { memory } from './memory.js';
import { pages } from './pages.js';
import { toTable, type Row } from './table.js';
import { tricks } from './tricks.js';
import { warmRequest } from './warm-call.js';

type Scenario = (folder: string) => Promise<Row[]>;

const SCENARIOS: Record<string, Scenario> = {
  warm: warmRequest,
  me: meRequest,
  cold: coldRequest,
  'key-count': keyCount,
  lists,
  pages,
  'bad-keys': badKeys,
  flush,
  memory,
  tricks,
};

/** Runs the scenarios named on the command line, or all of them, and prints one table. */
async function main(): Promise<void> {
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SCENARIOS);
  const unknown = names.filter((name) => !(name in SCENARIOS));
  if (unknown.length > 0)
    throw new Error(`Unknown: ${unknown.join(', ')}. Known: ${Object.keys(SCENARIOS).join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'chameleon-bench-'));
  const rows: Row[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      try {
        rows.push(...(await SCENARIOS[name]!(folder)));
      } catch (error) {
        // The results of the other scenarios are still useful.
        process.stderr.write(`${name} could not be measured: ${String(error)}\n`);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(
    `Node ${process.versions.node}, ${availableParallelism()} cores\n\n${toTable(rows)}\n`,
  );
}

await main();
