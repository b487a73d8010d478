import { instanceShare } from './instance-share.js';

it.each([
  [100, 1, 100],
  [100, 3, 33],
  [3, 3, 1],
  [2, 3, 1],
  [1, 3, 1],
])('of a limit of %d with %d instances is %d', (limit, instances, share) => {
  expect(instanceShare(limit, instances)).toBe(share);
});
