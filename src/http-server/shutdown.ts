import type { HttpListener } from './http-listener.js';

/** How long open requests may still run after the drain period. Then their connections are closed. */
const ABORT_REQUESTS_MS = 8_000;
/**
 * The maximum time between the end of the drain period and the exit of the process. The process then exits even if a
 * slow database has not finished its writes.
 */
const EXIT_MS = 9_500;

/** The functions that stop a started application. */
export interface RunningApp {
  /** Makes the readiness check fail. */
  markNotReady(): void;
  /** Writes pending data and closes all resources. */
  close(): Promise<void>;
}

/**
 * Shuts the process down in this order:
 * 1. The readiness check fails immediately. The process still serves requests for `drainSeconds` (the drain period), so
 * that load balancers notice.
 * 2. The process accepts no new connections and completes its open requests.
 * 3. The process writes pending data and exits.
 *
 * A process that is still starting exits immediately.
 */
export class Shutdown {
  private app: RunningApp | null = null;
  private isStopping = false;
  private endDrain = (): void => undefined;

  /** @param onError is called with an error that occurs during the shutdown. */
  constructor(
    private readonly listener: HttpListener,
    private readonly drainSeconds: number,
    private readonly onError: (error: unknown) => never,
  ) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => this.onSignal());
  }

  /** Call this when the application has started. */
  started(app: RunningApp): void {
    this.app = app;
  }

  /** Begins the shutdown. Further calls have no effect. */
  begin(): void {
    if (this.isStopping) return;
    this.isStopping = true;
    if (!this.app) process.exit(0);
    this.stop(this.app).then(() => process.exit(0), this.onError);
  }

  /** Begins the shutdown on the first signal. Ends the drain period early on another signal. */
  private onSignal(): void {
    if (this.isStopping) this.endDrain();
    else this.begin();
  }

  private async stop(app: RunningApp): Promise<void> {
    app.markNotReady();
    this.listener.disableKeepAlive();
    await new Promise<void>((resolve) => {
      this.endDrain = resolve;
      setTimeout(resolve, this.drainSeconds * 1_000);
    });
    setTimeout(() => process.exit(0), EXIT_MS).unref();
    await this.listener.close(ABORT_REQUESTS_MS);
    await app.close();
  }
}
