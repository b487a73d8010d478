import type { WindowRecord } from './sliding-window.js';
import type { Budget, ReturnableRecord } from './window.storage.js';

/** A store that counts requests in windows. */
export interface WindowCounter {
  take(budget: Budget): WindowRecord | Promise<WindowRecord>;
  takeReturnable(budget: Budget): ReturnableRecord | Promise<ReturnableRecord>;
  peek(budget: Budget): WindowRecord | Promise<WindowRecord>;
}

/**
 * Counts a request in every budget, or in none if one of them denies it or fails.
 * @returns a record for each budget. After a denial, the other records show the current state of their windows.
 */
export async function takeFromAll(
  windows: WindowCounter,
  budgets: readonly Budget[],
): Promise<WindowRecord[]> {
  const taken: ReturnableRecord[] = [];
  const giveBackAll = async () => {
    for (const earlier of taken) await earlier.giveBack();
  };
  for (const budget of budgets) {
    let record: ReturnableRecord;
    try {
      record = await windows.takeReturnable(budget);
    } catch (error) {
      await giveBackAll();
      throw error;
    }
    if (record.isBlocked) {
      await giveBackAll();
      return Promise.all(budgets.map(async (other) => (other === budget ? record : windows.peek(other))));
    }
    taken.push(record);
  }
  return taken;
}
