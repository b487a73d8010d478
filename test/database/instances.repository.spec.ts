import { InstanceEntity } from '../../src/modules/instances/index.js';
import { InstancesRepository } from '../../src/modules/instances/instances.repository.js';
import { openDatabase, type OpenDatabase } from '../support/database.js';
import { onEachDatabase, type TestDatabase } from '../support/databases.js';

onEachDatabase((kind) => {
  let test: TestDatabase;
  let open: OpenDatabase;
  let repository: InstancesRepository;

  beforeAll(async () => {
    test = await kind.create();
    open = await openDatabase(test.url);
    repository = new InstancesRepository(open.database);
  });

  beforeEach(() => rows().clear());

  afterAll(async () => {
    await open.close();
    await test.drop();
  });

  const rows = () => open.dataSource.getRepository(InstanceEntity);
  const ids = async () => (await rows().find({ order: { id: 'ASC' } })).map(({ id }) => id);
  /** Rows last seen this many seconds ago, on the clock of this machine. */
  const insert = (ages: Record<string, number>) =>
    rows().insert(
      Object.entries(ages).map(([id, age]) => ({ id, seenAt: new Date(Date.now() - age * 1_000) })),
    );

  it('notes a sign of life, the first and every other, on the clock of the database', async () => {
    const first = await repository.writeHeartbeat('one');
    expect(Math.abs(first.getTime() - Date.now())).toBeLessThan(5_000);
    await rows().update({ id: 'one' }, { seenAt: new Date(0) });
    await insert({ two: 100 });
    const second = await repository.writeHeartbeat('one');
    expect(second.getTime()).toBeGreaterThanOrEqual(first.getTime());
    expect(await ids()).toEqual(['one', 'two']);
    expect((await rows().findOneByOrFail({ id: 'two' })).seenAt.getTime()).toBeLessThan(Date.now() - 90_000);
    expect((await repository.findLive(3)).get('one')).toEqual(second);
  });

  it('finds live instances: seen recently, and not in the future', async () => {
    await insert({ now: 0, lately: 20, dead: 40, soon: -20, future: -40 });
    expect([...(await repository.findLive(30)).keys()].sort()).toEqual(['lately', 'now', 'soon']);
  });

  it('removes only the instance that ends', async () => {
    await insert({ one: 0, two: 0 });
    await repository.remove('one');
    await repository.remove('unknown');
    expect(await ids()).toEqual(['two']);
  });

  it('removes long-dead instances, a thousand at a time', async () => {
    await insert({ live: 0, silent: 500, dead: 700 });
    await repository.removeDead(600);
    expect(await ids()).toEqual(['live', 'silent']);
    await insert(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`dead ${i}`, 700])));
    await repository.removeDead(600);
    expect(await rows().count()).toBe(3);
    await repository.removeDead(600);
    expect(await ids()).toEqual(['live', 'silent']);
  });
});
