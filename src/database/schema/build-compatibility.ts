import { Logger } from '@nestjs/common';

/**
 * The version of this build. It is the same as in package.json. Each migration names the oldest build that can run with
 * it.
 */
export const CURRENT_BUILD = '0.1.0';

/** Returns whether version `one` is older than version `other`. Versions have the form 1.2.3. */
export function isOlderBuild(one: string, other: string): boolean {
  const [left, right] = [one, other].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (left![index] ?? 0) - (right![index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/**
 * Throws an error if one of the unknown migrations requires a newer build than this one. Otherwise, logs a warning.
 * @param unknown the names of the migrations that have changed the database and that this build doesn't know.
 * @param oldestBuilds the oldest build that is compatible with each migration, keyed by the migration's name.
 */
export function checkCompatibility(
  unknown: readonly string[],
  oldestBuilds: ReadonlyMap<string, string>,
): void {
  for (const name of unknown) {
    const oldestBuild = oldestBuilds.get(name);
    if (oldestBuild !== undefined && isOlderBuild(CURRENT_BUILD, oldestBuild))
      throw new Error(
        `The database was changed by the migration ${name}, which requires build ${oldestBuild} or newer. This is build ` +
          `${CURRENT_BUILD}. Start a newer build, or revert the migration with the build that ran it.`,
      );
  }
  new Logger('Start').warn(
    `The database was changed by a newer build (${unknown.join(', ')}). This build can still use the database.`,
  );
}
