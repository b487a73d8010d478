// Loaded into every measured server with `--import`, so that all are read with the same instrument.

/** What a server has used since it started. */
export interface Usage {
  /** Of all its threads. */
  readonly cpuMicros: number;
  readonly rssBytes: number;
}

process.on('message', () => {
  (globalThis as { gc?: () => void }).gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() } satisfies Usage);
});
// A benchmark that dies leaves no server behind.
process.on('disconnect', () => process.exit(1));
