import { DATABASES } from '../support/databases.js';
import { Nginx } from '../support/nginx.js';
import { codeBlocks, section } from '../support/documents.js';
import { Pair } from '../support/rolling-restart.js';

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');
const canRun = mariadb && process.env['NGINX_FOR_TESTS'];

/** The nginx configuration of docs/operations.md, adapted to these instances. */
function documentedLines(ports: readonly number[]): string {
  const [lines = ''] = codeBlocks(section('docs/operations.md', 'Restart without losing a request'), 'nginx');
  const text = ports.reduce(
    (before, port, index) => before.replace(`10.0.0.${index + 1}:3000`, `127.0.0.1:${port}`),
    lines,
  );
  expect(text).not.toContain('10.0.0.');
  return text;
}

(canRun ? it : it.skip)(
  'loses nothing behind nginx when two instances on one MariaDB are restarted one after the other',
  async () => {
    const pair = await Pair.start(mariadb!, 1);
    const nginx = await Nginx.start(documentedLines(pair.ports));
    try {
      await pair.restartUnderLoad(nginx.port);
    } finally {
      await nginx.stop();
      await pair.stop();
    }
  },
);
