import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { validationFailed, type FieldProblem } from '../../../common/errors/index.js';
import { FairScheduler, queuePathOf, type HashSubject } from '../../hashing/index.js';
import { WEAK_PASSWORD } from '../users.errors.js';
import { PasswordStrength, type PasswordOwner } from './password-strength.js';
import { passwordProblem } from './password.js';

const MIN_SCORE = 3;

/** Decides which passwords may be chosen, by users for themselves or by admins for others. */
@Injectable()
export class PasswordRulesService {
  private readonly strength = new PasswordStrength();
  /** One estimate at a time, because there is one thread. Subjects take turns. */
  private readonly turns: FairScheduler;

  constructor(clock: Clock) {
    this.turns = new FairScheduler(1, () => clock.monotonicMs());
  }

  /**
   * @param field the field that the error names.
   * @param by whose share of the queue the estimate uses.
   * Throws `validation_failed`, and `unavailable` when too many wait.
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
    const score = await this.turns.run('interactive', queuePathOf(by), () =>
      this.strength.score(password, owner),
    );
    return score < MIN_SCORE ? WEAK_PASSWORD.with() : null;
  }
}
