import { Injectable } from '@nestjs/common';
import type { RateLimitState, Role } from '../../common/access/index.js';
import { Settings } from '../../settings/index.js';
import { policiesOf } from './policies.js';
import { toRateLimitState } from './rate-limit.headers.js';
import { WindowStorage } from './windows/window.storage.js';

/** Shows people what their programs have left. */
@Injectable()
export class KeyBudgetService {
  private readonly policies: ReturnType<typeof policiesOf>['calls'];

  constructor(
    settings: Settings,
    private readonly storage: WindowStorage,
  ) {
    this.policies = policiesOf(settings).calls;
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
