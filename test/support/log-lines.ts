import { Logger } from '@nestjs/common';

/** Records what this process logs at every level, until `stop()` silences the log again. */
export class LogLines {
  readonly lines: string[] = [];

  private constructor() {}

  static record(): LogLines {
    const recorder = new LogLines();
    const keep = (line: unknown) => void recorder.lines.push(String(line));
    Logger.overrideLogger({ log: keep, warn: keep, error: keep, debug: () => undefined });
    return recorder;
  }

  about(pattern: RegExp): string[] {
    return this.lines.filter((line) => pattern.test(line));
  }

  stop(): void {
    Logger.overrideLogger(['error', 'fatal']);
  }
}
