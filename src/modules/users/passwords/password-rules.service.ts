import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { validationFailed, type FieldProblem } from '../../../common/errors/index.js';
import { FairScheduler, queuePathOf, type HashSubject } from '../../hashing/index.js';
import { PASSWORD_TOO_WEAK } from '../users.errors.js';
import { passwordProblem } from './password-problem.js';
import { MIN_SCORE, PasswordStrength, type PasswordOwner } from './password-strength.js';

/** Decides which passwords users and admins can choose. */
@Injectable()
export class PasswordRulesService implements OnApplicationShutdown {
  private readonly strength = new PasswordStrength();
  /** Runs one strength estimate at a time, because there is only one thread. Users and clients take turns. */
  private readonly scheduler: FairScheduler;

  constructor(clock: Clock) {
    this.scheduler = new FairScheduler(1, () => clock.monotonicMs());
  }

  onApplicationShutdown(): void {
    this.strength.close();
  }

  /**
   * Checks whether a new password is valid and hard to guess.
   * @param field the name of the field in the error.
   * @param by the user or client that the estimate is for. Estimates for different users and clients take turns.
   * @throws `validation_failed`, or `unavailable` if too many estimates are waiting.
   */
  async check(field: string, password: string, owner: PasswordOwner, by: HashSubject): Promise<void> {
    const problem = passwordProblem(password) ?? (await this.weakness(password, owner, by));
    if (problem) throw validationFailed(problem.kind.on(field, problem.params));
  }

  private async weakness(
    password: string,
    owner: PasswordOwner,
    by: HashSubject,
  ): Promise<FieldProblem | null> {
    const score = await this.scheduler.run('interactive', queuePathOf(by), () =>
      this.strength.score(password, owner),
    );
    return score < MIN_SCORE ? PASSWORD_TOO_WEAK.with() : null;
  }
}
