import type { HttpListener } from './http-listener.js';

/** What still runs this long after the drain is cut off. */
const CUT_OFF_MS = 8_000;
/** Then the process ends, whatever a slow database still has to write. */
const STOP_MS = 9_500;

/** What has to be stopped once it has started. */
export interface Running {
  /** From now on the process says that it is not ready. */
  turnNotReady(): void;
  /** Writes what is pending, and lets go of everything. */
  close(): Promise<void>;
}

/**
 * The end of the process: not ready at once, then served on while balancers notice, then no new connections; what
 * runs is finished, what is pending written. A process that is still starting just ends.
 */
export class Shutdown {
  private running: Running | null = null;
  private isStopping = false;
  private endDrain = (): void => undefined;

  /** @param failed gets what went wrong in the end. */
  constructor(
    private readonly door: HttpListener,
    private readonly drainSeconds: number,
    private readonly failed: (error: unknown) => never,
  ) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.onSignal());
  }

  /** Tells that there is more to stop than a start. */
  started(running: Running): void {
    this.running = running;
  }

  /** Ends the process. The second time it changes nothing. */
  begin(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    if (!this.running) process.exit(0);
    this.stop(this.running).then(() => process.exit(0), this.failed);
  }

  /** Whoever is in a hurry sends a second one: nobody waits for balancers any longer. */
  private onSignal(): void {
    if (this.isStopping) this.endDrain();
    else this.begin();
  }

  private async stop(running: Running): Promise<void> {
    running.turnNotReady();
    this.door.disableKeepAlive();
    await new Promise<void>((resolve) => {
      this.endDrain = resolve;
      setTimeout(resolve, this.drainSeconds * 1_000);
    });
    setTimeout(() => process.exit(0), STOP_MS).unref();
    await this.door.close(CUT_OFF_MS);
    await running.close();
  }
}
