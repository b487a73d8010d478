import { Injectable } from '@nestjs/common';
import type { Role } from '../../common/access/index.js';
import type { RateLimitState } from '../../common/http/index.js';
import { AppConfig } from '../../config/index.js';
import { policiesOf } from './policies.js';
import { toRateLimitState } from './rate-limit.fields.js';
import { WindowStorage } from './window.storage.js';

/** Shows people what their programs have left. */
@Injectable()
export class KeyBudgetService {
  private readonly policies: ReturnType<typeof policiesOf>['calls'];

  constructor(
    config: AppConfig,
    private readonly storage: WindowStorage,
  ) {
    this.policies = policiesOf(config).calls;
  }

  /** The budget of all keys of a user; looking at it counts nothing. */
  async look(userId: string, role: Role): Promise<RateLimitState> {
    const policy = this.policies[role];
    return toRateLimitState(
      policy,
      await this.storage.peek(`${policy.keyPrefix}:${userId}`, policy.limit, role),
    );
  }
}
