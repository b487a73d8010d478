import type { WindowRecord } from './sliding-window.js';
import type { Budget, Taken } from './window.storage.js';

/** Where requests are counted. */
export interface Windows {
  take(budget: Budget): WindowRecord | Promise<WindowRecord>;
  takeReturnable(budget: Budget): Taken | Promise<Taken>;
  peek(budget: Budget): WindowRecord | Promise<WindowRecord>;
}

/**
 * Counts a request in every budget, or in none when one of them denies it.
 * @returns a record for each budget; after a denial the others tell what they would find now.
 */
export async function takeAll(windows: Windows, budgets: readonly Budget[]): Promise<WindowRecord[]> {
  const taken: Taken[] = [];
  for (const budget of budgets) {
    const record = await windows.takeReturnable(budget);
    if (record.isBlocked) {
      for (const earlier of taken) await earlier.giveBack();
      return Promise.all(budgets.map(async (other) => (other === budget ? record : windows.peek(other))));
    }
    taken.push(record);
  }
  return taken;
}
