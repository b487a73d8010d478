// Loaded into every measured server with `--import`, so that all are measured the same way.

/** What the server has used since it started. */
export interface Usage {
  /** CPU time of all threads. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

process.on('message', () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() } satisfies Usage);
});
// Ends this server if the benchmark dies.
process.on('disconnect', () => process.exit(1));
