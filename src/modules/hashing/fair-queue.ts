/**
 * A queue with items in nested groups. `shift` takes items from the top-level groups in turn (round-robin), and inside
 * a group from its subgroups in turn. So a group with one item waits for at most one round, even if other groups have
 * many items.
 */
export class FairQueue<T> {
  private readonly items: T[] = [];
  /** The groups in the order of their turns. The first group is the next one. */
  private readonly groups = new Map<string, FairQueue<T>>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** The number of items in a top-level group. */
  sizeOf(name: string): number {
    return this.groups.get(name)?.size ?? 0;
  }

  /** @param path the names of the item's groups, from the widest to the narrowest. */
  push([name, ...rest]: readonly string[], item: T): void {
    this.count++;
    if (name === undefined) return void this.items.push(item);
    const group = this.groups.get(name) ?? new FairQueue<T>();
    this.groups.set(name, group);
    group.push(rest, item);
  }

  /**
   * Removes and returns the next item. A group that isn't allowed keeps its place in the round.
   * @param isAllowed returns whether an item may be taken from the top-level group with this name.
   * @returns `undefined` if no allowed group has an item.
   */
  shift(isAllowed: (name: string) => boolean = () => true): T | undefined {
    for (const [name, group] of this.groups) {
      if (!isAllowed(name)) continue;
      this.groups.delete(name);
      const item = group.shift()!;
      if (group.size > 0) this.groups.set(name, group);
      this.count--;
      return item;
    }
    if (this.items.length === 0) return undefined;
    this.count--;
    return this.items.shift();
  }

  /**
   * Removes and returns the newest item of the largest group, so that a group that fills the queue loses its own items.
   */
  dropFromLargest(): T {
    this.count--;
    const name = this.largestGroup();
    if (name === undefined) return this.items.pop()!;
    const group = this.groups.get(name)!;
    const item = group.dropFromLargest();
    if (group.size === 0) this.groups.delete(name);
    return item;
  }

  private largestGroup(): string | undefined {
    let [largest, most]: [string | undefined, number] = [undefined, 0];
    for (const [name, { size }] of this.groups) if (size >= most) [largest, most] = [name, size];
    return largest;
  }
}
