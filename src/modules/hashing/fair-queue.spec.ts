import { FairQueue } from './fair-queue.js';

/** Removes all items and returns them in order. */
function drain(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

function queueOf(...entries: [path: string, item: string][]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const [path, item] of entries) queue.push(path.split('/'), item);
  return queue;
}

it('takes items from the groups in turn, oldest first', () => {
  const queue = queueOf(['a', 'a1'], ['a', 'a2'], ['a', 'a3'], ['b', 'b1'], ['c', 'c1'], ['b', 'b2']);
  expect(queue.size).toBe(6);
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(queue.size).toBe(0);
});

it('gives a group one turn, which its subgroups share', () => {
  const queue = queueOf(['x/1', 'x1'], ['x/1', 'x1again'], ['x/2', 'x2'], ['x/3', 'x3'], ['y/1', 'y1']);
  expect(drain(queue)).toEqual(['x1', 'y1', 'x2', 'x3', 'x1again']);
});

it('makes a new group wait for one round at most', () => {
  const queue = new FairQueue<string>();
  for (let i = 0; i < 50; i++) for (const name of ['a', 'b']) queue.push([name], name);
  queue.shift();
  queue.push(['late'], 'late');
  expect([queue.shift(), queue.shift(), queue.shift()]).toContain('late');
});

it('skips groups that are not allowed, and keeps their places', () => {
  const queue = queueOf(['a', 'a1'], ['b', 'b1'], ['b', 'b2']);
  expect(queue.shift((name) => name !== 'a')).toBe('b1');
  expect(queue.shift(() => false)).toBeUndefined();
  expect(drain(queue)).toEqual(['a1', 'b2']);
});

it('drops the newest item of the largest group, and of its largest subgroup', () => {
  const queue = queueOf(
    ['a', 'a1'],
    ['x/1', 'x1'],
    ['x/2', 'x2'],
    ['x/2', 'x2newest'],
    ['b', 'b1'],
    ['b', 'b2'],
  );
  expect(queue.sizeOf('x')).toBe(3);
  expect(queue.dropFromLargest()).toBe('x2newest');
  expect(queue.sizeOf('x')).toBe(2);
  // Of groups with the same size, the last one in the round loses an item.
  expect(queue.dropFromLargest()).toBe('b2');
  expect(queue.dropFromLargest()).toBe('x2');
  expect(queue.size).toBe(3);
  expect(drain(queue)).toEqual(['a1', 'x1', 'b1']);
  expect(queue.sizeOf('x')).toBe(0);
});

it('drops the item of the last group when all groups have the same size', () => {
  const queue = queueOf(['a', 'a1'], ['b', 'b1'], ['c', 'c1']);
  expect(queue.dropFromLargest()).toBe('c1');
});
