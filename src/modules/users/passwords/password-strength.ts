import { createRequire } from 'node:module';
import { firstCodePoints } from '../../../common/text/code-points.js';
import { JobThread } from '../../../common/job-thread.js';

/** The minimum score of a password, from 0 to 4. A score of 3 means more than a hundred million guesses. */
export const MIN_SCORE = 3;
/** Only this number of code points is scored. Scoring more would be much slower and would hardly change the score. */
const SCORED_LENGTH = 32;
/** The minimum length of the strings from `guessableParts`. Shorter ones occur in other words by chance. */
const MIN_PART_LENGTH = 4;
const SERVICE_NAME = 'Chameleon API Keys';
/**
 * The thread ends when it is idle for this time, because its dictionaries take 80 MB of memory. Loading them again
 * takes 0.2 s.
 */
const IDLE_MS = 60_000;

// The English dictionary is included, because most passwords contain English names and words, even those of users who
// speak another language.
const PROGRAM = `
const { ZxcvbnFactory } = require(workerData.core);
const common = require(workerData.common);
const english = require(workerData.english);
const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
});
return ({ password, parts }) => zxcvbn.check(password, parts).score;
`;

/** The user who gets the password. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

/** Estimates on a worker thread how hard passwords are to guess. */
export class PasswordStrength {
  private readonly thread: JobThread<{ password: string; parts: readonly string[] }>;

  constructor() {
    const { resolve } = createRequire(import.meta.url);
    this.thread = new JobThread({
      program: PROGRAM,
      data: {
        core: resolve('@zxcvbn-ts/core'),
        common: resolve('@zxcvbn-ts/language-common'),
        english: resolve('@zxcvbn-ts/language-en'),
      },
      idleMs: IDLE_MS,
    });
  }

  /**
   * Returns zxcvbn's score, from 0 to 4. A score of 3 means that an attacker needs more than a hundred million guesses.
   */
  score(password: string, owner: PasswordOwner): Promise<number> {
    return this.thread.run({ password: scoredStart(password), parts: guessableParts(owner) });
  }

  close(): void {
    this.thread.close();
  }
}

/**
 * Returns the strings that an attacker who knows the user would try first. These are the user's email and name and the
 * name of the service, as a whole and in parts. They are shortened to the same length as the password, so that a
 * password that equals one of them is recognized.
 */
export function guessableParts({ email, name }: PasswordOwner): string[] {
  const texts = [email, ...email.split('@'), ...email.split(/[@.]/), name, SERVICE_NAME];
  const words = texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u));
  const parts = [...texts, ...words].map((part) => scoredStart(part).toLowerCase());
  return [...new Set(parts)].filter((part) => [...part].length >= MIN_PART_LENGTH);
}

const scoredStart = (text: string): string => firstCodePoints(text.normalize('NFC'), SCORED_LENGTH);
