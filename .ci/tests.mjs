// Reads what runs of Jest with `--json --outputFile=<file>` wrote, as many as there are.
//   node .ci/tests.mjs count <status> <file> …   prints `412 passed, 0 failed`; a red status is never 0 failed
//   node .ci/tests.mjs verify <file> …           fails unless the tests that keep the documents true have run
import { existsSync, readFileSync, statSync } from 'node:fs';

/** Parts of test files and titles that must be among those that passed. */
const REQUIRED = [
  ['test/architecture/imports.spec.ts', ''],
  ['test/browser/accessibility.spec.ts', 'in a browser'],
  ['test/browser/html.spec.ts', 'in a browser'],
  ['test/browser/layout.spec.ts', 'in a browser'],
  ['test/browser/pages.spec.ts', 'in a browser'],
  ['test/browser/tasks.spec.ts', 'in a browser'],
  ['test/database/migrations.spec.ts', 'on MariaDB'],
  ['test/database/migrations.spec.ts', 'on SQLite'],
  ['test/docs/error-table.spec.ts', ''],
  ['test/docs/facts.spec.ts', ''],
  ['test/docs/first-key.spec.ts', ''],
  ['test/docs/links.spec.ts', ''],
  ['test/docs/openapi.spec.ts', ''],
  ['test/docs/settings.spec.ts', ''],
  ['test/e2e/loop-time.spec.ts', 'whatever the request contains'],
  ['test/faults/rolling-restart.spec.ts', 'nginx'],
];

/** What runs only where a database server, a browser or a proxy is there. */
const NEEDS_MORE = /MariaDB|browser|nginx/;

const [, , command, ...rest] = process.argv;
const status = command === 'count' ? rest.shift() : '0';
const runs = rest
  .filter((file) => existsSync(file) && statSync(file).size > 0)
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));
const isStrict = process.env.REQUIRE_SERVICES === '1';

/** @param {(run: object) => number} count */
const sum = (count) => runs.reduce((total, run) => total + count(run), 0);

/** What is wrong with the runs besides tests that failed. */
function faults() {
  const passed = runs
    .flatMap(({ testResults }) => testResults)
    .flatMap(({ name, assertionResults }) =>
      assertionResults.filter((test) => test.status === 'passed').map((test) => `${name} ${test.fullName}`),
    );
  const missing = REQUIRED.filter(([, title]) => isStrict || !NEEDS_MORE.test(title))
    .filter(([path, title]) => !passed.some((test) => test.includes(path) && test.includes(title)))
    .map(([path, title]) => `${path} ${title} has not run`);
  const skipped = sum((run) => run.numPendingTests + run.numTodoTests);
  return [...missing, ...(isStrict && skipped > 0 ? [`${skipped} tests were skipped`] : [])];
}

if (command === 'verify') {
  for (const fault of faults()) console.error(fault);
  process.exit(faults().length > 0 ? 1 : 0);
}

const failed = sum((run) => run.numFailedTests + run.numRuntimeErrorTestSuites);
const shown = Number(status) === 0 ? failed : Math.max(1, failed);
console.log(`${sum((run) => run.numPassedTests)} passed, ${shown} failed`);
process.exit(shown > 0 ? 1 : 0);
