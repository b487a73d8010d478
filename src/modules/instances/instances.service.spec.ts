import { InstancesOnTestClock, REDIS } from '../../../test/support/instances-on-test-clock.js';

const instances = new InstancesOnTestClock();

describe('an instance', () => {
  it('writes a heartbeat every second, even if the last one was slow', async () => {
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

  it('writes one heartbeat at a time while the database hangs', async () => {
    await instances.start();
    instances.table.takesMs = 5_000;
    await instances.advance(5_999);
    expect(instances.table.beats).toBe(2);
    // The slow heartbeat ends after the first of these milliseconds. The next one starts a millisecond later, because a
    // timer takes at least that long.
    await instances.advance(2);
    expect(instances.table.beats).toBe(3);
  });

  it('reports a problem unless the database returns the heartbeat', async () => {
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

  it('reports a problem when its heartbeat is missing', async () => {
    const instance = await instances.start();
    instances.table.findLive = async () => new Map();
    await instances.advance(1_000);
    expect(instance.databaseProblem).not.toBeNull();
  });

  it('removes its row when it stops, after a pending heartbeat', async () => {
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

  it('does nothing after it has stopped', async () => {
    const instance = await instances.start();
    await instances.advance(500);
    await instance.onApplicationShutdown();
    await instances.advance(5_000);
    expect([instances.table.rows.size, instances.table.beats, instances.log.lines]).toEqual([0, 1, []]);
  });

  it("stops even if its row can't be removed, and logs the error", async () => {
    const instance = await instances.start();
    instances.table.fails = 'away';
    await instance.onApplicationShutdown();
    expect(instances.log.lines).toEqual(['Error: away']);
  });

  it('removes rows of dead instances at the start and once a minute', async () => {
    await instances.start();
    expect(instances.table.removed).toEqual([600]);
    await instances.advance(59_999);
    expect(instances.table.removed).toHaveLength(1);
    await instances.advance(1);
    expect(instances.table.removed).toHaveLength(2);
  });

  it("continues if they can't be removed", async () => {
    instances.table.removeDead = () => Promise.reject(new Error('locked'));
    await instances.start();
    await instances.advance(2_000);
    expect(instances.table.beats).toBe(3);
  });
});
