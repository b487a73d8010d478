import { Injectable } from '@nestjs/common';
import type { RateLimitState, Role } from '../../common/access/index.js';
import { Settings } from '../../settings/index.js';
import { requestPoliciesOf, windowKeyOf } from './policies.js';
import { toRateLimitState } from './rate-limit.headers.js';
import { WindowStorage } from './windows/window.storage.js';

/** Tells users how many requests their API keys have left. */
@Injectable()
export class RemainingRequestsService {
  private readonly policies: ReturnType<typeof requestPoliciesOf>;

  constructor(
    settings: Settings,
    private readonly storage: WindowStorage,
  ) {
    this.policies = requestPoliciesOf(settings);
  }

  /** Returns the state of the rate limit that all keys of a user share. Doesn't count a request. */
  async look(userId: string, role: Role): Promise<RateLimitState> {
    const policy = this.policies[role];
    const key = windowKeyOf(policy, userId);
    return toRateLimitState(policy, await this.storage.peek({ policy, key, isKnownSubject: true }));
  }
}
