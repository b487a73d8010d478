import { Injectable } from '@nestjs/common';

/** Something that others may have cached was changed and is committed. */
export interface Change {
  readonly subject: 'user' | 'api_key';
  readonly id: string;
}

export interface ChangeListener {
  /** Forget this one. */
  changed(change: Change): void;
  /** Anything may have changed: forget all. */
  everythingChanged(): void;
}

/**
 * Tells whoever caches rows which of them changed: at once for this process's own commits, and as
 * `ChangeFeed` learns of them for those of others.
 */
@Injectable()
export class Changes {
  private readonly listeners: ChangeListener[] = [];
  private relay: (changes: readonly Change[]) => void = () => undefined;

  /** Lets somebody hand this process's own changes to the others. */
  relayTo(relay: (changes: readonly Change[]) => void): void {
    this.relay = relay;
  }

  /** A transaction of this process was committed, or nobody knows whether it was. */
  committed(changes: readonly Change[]): void {
    this.publish(changes);
    if (changes.length > 0) this.relay(changes);
  }

  subscribe(listener: ChangeListener): void {
    this.listeners.push(listener);
  }

  /** Tells of changes, wherever they were made. */
  publish(changes: readonly Change[]): void {
    for (const change of changes) for (const listener of this.listeners) listener.changed(change);
  }

  publishAll(): void {
    for (const listener of this.listeners) listener.everythingChanged();
  }
}
