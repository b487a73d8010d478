import { appendToFeed, SYSTEM, type Change } from '../../src/database/index.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';

/** More than SQLite takes parameters for in one statement, even with one for each change. */
const MANY = 33_000;

const changesOf = (count: number, prefix: string): Change[] =>
  Array.from({ length: count }, (_, index) => ({ subject: 'api_key', id: `${prefix}${index}` }));

onEachDatabase((kind) => {
  let test: TestDatabase;
  let one: OpenDatabase;

  beforeAll(async () => {
    test = await kind.create();
    one = await openDatabase(test.url);
  });

  afterAll(async () => {
    await one.close();
    await test.drop();
  });

  const append = (changes: readonly Change[]) =>
    one.database.write(SYSTEM, ({ manager }) => appendToFeed(manager, changes));
  const feed = async () => {
    const rows: { seq: number | string; id: string }[] = await one.dataSource.query(
      'SELECT seq, subject_id AS id FROM change_feed ORDER BY seq',
    );
    return rows.map(({ seq, id }) => `${seq} ${id}`);
  };

  it(`takes ${MANY} changes of one transaction, and numbers them without a gap`, async () => {
    const [first, many, last] = [changesOf(1, 'first'), changesOf(MANY, 'many'), changesOf(1, 'last')];
    for (const changes of [first, many, last]) await append(changes);
    const ids = [...first, ...many, ...last].map(({ id }) => id);
    expect(await feed()).toEqual(ids.map((id, index) => `${index + 1} ${id}`));
  });
});
