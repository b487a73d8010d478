import { Injectable } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { validationFailed, type FieldProblem } from '../../../common/errors/index.js';
import { HashTurns, turnsOf, type HashSubject } from '../../hashing/index.js';
import { WEAK_PASSWORD } from '../users.errors.js';
import { PasswordStrength, type PasswordOwner } from './password-strength.js';
import { passwordProblem } from './passwords.js';

const MIN_SCORE = 3;

/** Which passwords may be chosen, whoever sets them. */
@Injectable()
export class PasswordRulesService {
  private readonly strength = new PasswordStrength();
  /** One at a time, as there is one thread; who asks takes turns with the others. */
  private readonly turns: HashTurns;

  constructor(clock: Clock) {
    this.turns = new HashTurns(1, () => clock.monotonicMs());
  }

  /**
   * @param field that the error names. @param by whose turn the estimate takes.
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
    const score = await this.turns.run('interactive', turnsOf(by), () =>
      this.strength.score(password, owner),
    );
    return score < MIN_SCORE ? WEAK_PASSWORD.with() : null;
  }
}
