import { createRequire } from 'node:module';
import { firstCodePoints } from '../../../common/text/code-points.js';
import { JobThread } from '../../../common/job-thread.js';

/** More cost more time than they tell: the work grows faster than the length. */
const SCORED_LENGTH = 32;
/** Shorter parts stand in words by chance. */
const MIN_PART_LENGTH = 4;
const SERVICE_NAME = 'Chameleon API Keys';
/** The dictionaries take 0.2 s to load and 80 MB of memory, so the thread ends when nobody chooses a password. */
const IDLE_MS = 60_000;

// English as well: most passwords hold names and words of it, whatever language people speak.
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

/** Whom a password is for. */
export interface PasswordOwner {
  readonly email: string;
  readonly name: string;
}

/** Estimates how hard passwords are to guess, on a thread of its own. */
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

  /** From 0 to 4, as zxcvbn counts; 3 resists more than a hundred million guesses. */
  score(password: string, owner: PasswordOwner): Promise<number> {
    return this.thread.run({ password: scoredStart(password), parts: guessableParts(owner) });
  }
}

/**
 * What somebody who knows the user and the service tries first: the texts as a whole, both sides of the address and
 * what dots separate in them, and all words. Cut like the password, which may be one of them.
 */
export function guessableParts({ email, name }: PasswordOwner): string[] {
  const texts = [email, ...email.split('@'), ...email.split(/[@.]/), name, SERVICE_NAME];
  const words = texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u));
  const parts = [...texts, ...words].map((part) => scoredStart(part).toLowerCase());
  return [...new Set(parts)].filter((part) => [...part].length >= MIN_PART_LENGTH);
}

const scoredStart = (text: string): string => firstCodePoints(text.normalize('NFC'), SCORED_LENGTH);
