import { InstancesOnTestClock, REDIS } from '../../../test/support/instances-on-test-clock.js';

const instances = new InstancesOnTestClock();

describe('an instance', () => {
  it('gives a sign of life every second, however long the last one took', async () => {
    await instances.start();
    expect(instances.table.beats).toBe(1);
    await instances.advance(999);
    expect(instances.table.beats).toBe(1);
    await instances.advance(1);
    expect(instances.table.beats).toBe(2);
    instances.table.takesMs = 400;
    await instances.advance(1_000);
    expect(instances.table.beats).toBe(3);
    await instances.advance(999);
    expect(instances.table.beats).toBe(3);
    await instances.advance(1);
    expect(instances.table.beats).toBe(4);
  });

  it('gives one at a time on a database that hangs', async () => {
    await instances.start();
    instances.table.takesMs = 5_000;
    await instances.advance(5_999);
    expect(instances.table.beats).toBe(2);
    // A millisecond later, as timers within timers never come at once.
    await instances.advance(2);
    expect(instances.table.beats).toBe(3);
  });

  it('knows that the database works only when it finds what it wrote', async () => {
    const instance = instances.create(REDIS);
    expect(instance.databaseProblem).toMatch(/yet/);
    await instance.onModuleInit();
    expect(instance.databaseProblem).toBeNull();
    instances.table.shows = (at) => new Date(at.getTime() - 1);
    await instances.advance(1_000);
    expect(instance.databaseProblem).toMatch(/doesn't accept writes/);
    instances.table.shows = (at) => at;
    await instances.advance(1_000);
    expect(instance.databaseProblem).toBeNull();
    instances.table.fails = 'away';
    await instances.advance(1_000);
    expect(instance.databaseProblem).toMatch(/doesn't accept writes/);
  });

  it('knows none when what it wrote is not there at all', async () => {
    const instance = await instances.start();
    instances.table.living = async () => new Map();
    await instances.advance(1_000);
    expect(instance.databaseProblem).not.toBeNull();
  });

  it('removes its row when it ends, after the sign of life that is under way', async () => {
    const instance = await instances.start();
    instances.table.takesMs = 400;
    await instances.advance(1_000);
    const ended = instance.onApplicationShutdown();
    await instances.advance(400);
    await ended;
    expect(instances.table.rows.size).toBe(0);
    const { beats } = instances.table;
    await instances.advance(5_000);
    expect([instances.table.rows.size, instances.table.beats]).toEqual([0, beats]);
  });

  it('does nothing more once it has ended', async () => {
    const instance = await instances.start();
    await instances.advance(500);
    await instance.onApplicationShutdown();
    await instances.advance(5_000);
    expect([instances.table.rows.size, instances.table.beats, instances.log.lines]).toEqual([0, 1, []]);
  });

  it('ends also when its row stays, and says so', async () => {
    const instance = await instances.start();
    instances.table.fails = 'away';
    await instance.onApplicationShutdown();
    expect(instances.log.lines).toEqual(['Error: away']);
  });

  it('removes rows of the long dead as it comes, and then once a minute', async () => {
    await instances.start();
    expect(instances.table.removed).toEqual([600]);
    await instances.advance(59_999);
    expect(instances.table.removed).toHaveLength(1);
    await instances.advance(1);
    expect(instances.table.removed).toHaveLength(2);
  });

  it('goes on when they cannot be removed', async () => {
    instances.table.removeSilent = () => Promise.reject(new Error('locked'));
    await instances.start();
    await instances.advance(2_000);
    expect(instances.table.beats).toBe(3);
  });
});
