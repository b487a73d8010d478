import { settingProblems } from '../../test/support/setting-problems.js';
import { parseEnv } from './index.js';

describe('DATABASE_URL', () => {
  const read = (url: string) => parseEnv({ DATABASE_URL: url }).database;
  const server = { host: 'db', port: 3306, username: 'root', password: '', database: 'keys', tls: false };

  it.each(['data/keys.db', '/var/lib/keys.db', './with space.db', 'C:\\keys.db'])(
    'accepts the SQLite file %s',
    (path) => {
      expect(read(`sqlite:${path}`)).toEqual({ kind: 'sqlite', path });
    },
  );

  it.each([
    ['mysql://db/keys', { kind: 'mysql', ...server }],
    ['mariadb://db/keys', { kind: 'mariadb', ...server }],
    [
      'mysql://me:secret@db:3307/keys',
      { kind: 'mysql', ...server, username: 'me', password: 'secret', port: 3307 },
    ],
    [
      'mysql://me%40here:p%40ss%2F%3F%25@db/keys',
      { kind: 'mysql', ...server, username: 'me@here', password: 'p@ss/?%' },
    ],
    ['mariadb://db/keys?tls=true', { kind: 'mariadb', ...server, tls: true }],
    ['mariadb://db/keys?tls=false', { kind: 'mariadb', ...server }],
    ['mariadb://[2001:db8::1]:3307/keys', { kind: 'mariadb', ...server, host: '2001:db8::1', port: 3307 }],
  ])('parses %s', (url, address) => expect(read(url)).toEqual(address));

  it.each([
    'sqlite:',
    'sqlite::memory:',
    // This URL is ambiguous. Its path could be relative to the working directory or to the root.
    'sqlite://data/keys.db',
    'sqlite:///var/lib/keys.db',
    'sqlite:file:data/keys.db',
    'sqlite:~/keys.db',
    'sqlite:data/keys.db?mode=ro',
    'sqlite:data/my%20keys.db',
    'sqlite:data/',
    'sqlite: data/keys.db',
    'sqlite:data/keys\n.db',
    'mysql://db/keys#tls=true',
    'mysql://db',
    'mysql://db/',
    'mysql:///keys',
    'mysql://db/keys/more',
    'mysql://db/a%20b',
    'mysql://db:port/keys',
    'mysql://db/keys?ssl=true',
    'mysql://db/keys?tls=maybe',
    'postgres://db/keys',
    'data/keys.db',
  ])('cannot be %s', (url) => expect(settingProblems({ DATABASE_URL: url })).toHaveLength(1));
});

it.each(['sqlite://data/keys.db', 'sqlite:file:keys.db', 'sqlite:data/'])(
  'suggests valid forms for %s',
  (url) => {
    expect(settingProblems({ DATABASE_URL: url }).join()).toContain(
      'as in sqlite:data/chameleon.db (relative to the working directory) or sqlite:/var/lib/chameleon.db',
    );
  },
);
