/**
 * A queue in which those who wait take turns: `shift` goes round the names at the front of the paths, and in the
 * same way round the names below each. So a subject with one item waits for one round, however many items the
 * others have.
 */
export class FairQueue<T> {
  private readonly items: T[] = [];
  /** Whose turn is next comes first. */
  private readonly below = new Map<string, FairQueue<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** How many items wait below the name. */
  sizeOf(name: string): number {
    return this.below.get(name)?.size ?? 0;
  }

  /** @param path the names from the widest group to the narrowest. */
  push([name, ...rest]: readonly string[], item: T): void {
    this.count++;
    if (name === undefined) return void this.items.push(item);
    const queue = this.below.get(name) ?? new FairQueue<T>();
    this.below.set(name, queue);
    queue.push(rest, item);
  }

  /** Takes out the item whose turn it is, or `undefined` when none may go. */
  shift(mayGo: (name: string) => boolean = () => true): T | undefined {
    for (const [name, queue] of this.below) {
      if (!mayGo(name)) continue;
      this.below.delete(name);
      const item = queue.shift()!;
      if (queue.size > 0) this.below.set(name, queue);
      this.count--;
      return item;
    }
    if (this.items.length === 0) return undefined;
    this.count--;
    return this.items.shift();
  }

  /** Takes out the newest item of whoever has most of them, so that a flood costs only those who send it. */
  dropFromLargest(): T {
    this.count--;
    const name = this.longest();
    if (name === undefined) return this.items.pop()!;
    const queue = this.below.get(name)!;
    const item = queue.dropFromLargest();
    if (queue.size === 0) this.below.delete(name);
    return item;
  }

  private longest(): string | undefined {
    let [longest, most]: [string | undefined, number] = [undefined, 0];
    for (const [name, { size }] of this.below) if (size >= most) [longest, most] = [name, size];
    return longest;
  }
}
