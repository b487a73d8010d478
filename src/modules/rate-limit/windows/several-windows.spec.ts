import { takeFromAll, type WindowCounter } from './several-windows.js';
import { requestPolicy } from '../policies.js';
import type { WindowRecord } from './sliding-window.js';
import type { Budget } from './window.storage.js';

const budgetOf = (name: string): Budget => ({
  policy: requestPolicy(name, 5, 60),
  key: name,
  isKnownSubject: true,
});
const [FIRST, SECOND] = [budgetOf('first'), budgetOf('second')];
const OPEN: WindowRecord = { totalHits: 1, timeToExpire: 60, isBlocked: false, timeToBlockExpire: 0 };

/**
 * Returns fake windows, and the keys of the budgets that count a request.
 * @param second returns the record for the second budget, or throws.
 */
function windowsWith(second: () => WindowRecord): { windows: WindowCounter; counted: Set<string> } {
  const counted = new Set<string>();
  const take = (budget: Budget): WindowRecord => {
    const record = budget === SECOND ? second() : OPEN;
    if (!record.isBlocked) counted.add(budget.key);
    return record;
  };
  const windows = {
    take,
    takeReturnable: (budget: Budget) => ({
      ...take(budget),
      giveBack: async () => void counted.delete(budget.key),
    }),
    peek: () => OPEN,
  };
  return { windows, counted };
}

it('counts a request in every budget', async () => {
  const { windows, counted } = windowsWith(() => OPEN);
  expect(await takeFromAll(windows, [FIRST, SECOND])).toMatchObject([OPEN, OPEN]);
  expect([...counted]).toEqual(['first', 'second']);
});

it('counts a request in no budget if a later one denies it', async () => {
  const denied = { ...OPEN, isBlocked: true, timeToBlockExpire: 7 };
  const { windows, counted } = windowsWith(() => denied);
  expect(await takeFromAll(windows, [FIRST, SECOND])).toMatchObject([OPEN, denied]);
  expect([...counted]).toEqual([]);
});

it('counts a request in no budget if a later one fails', async () => {
  const failure = new Error('NOPERM');
  const { windows, counted } = windowsWith(() => {
    throw failure;
  });
  await expect(takeFromAll(windows, [FIRST, SECOND])).rejects.toBe(failure);
  expect([...counted]).toEqual([]);
});
