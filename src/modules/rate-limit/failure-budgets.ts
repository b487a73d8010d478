import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import type { AppError } from '../../common/errors/index.js';
import { AppConfig } from '../../config/index.js';
import { policiesOf, type Policy } from './policies.js';
import { TOO_MANY_FAILED_ATTEMPTS } from './rate-limit.errors.js';
import { rateLimitFields, toRateLimitState } from './rate-limit.fields.js';
import { SlidingWindows, type WindowRecord } from './sliding-window.js';

const MAX_SUBJECTS = 100_000;

/** An attempt that was let in and counts as failed until it is given back. */
export interface Attempt {
  /** What the answer to a failed attempt tells about the budget. */
  readonly fields: Readonly<Record<string, string>>;
  giveBack(): void;
}

/**
 * How often an address may be wrong: contract.md, section 5. Attempts are counted when they are let in, so
 * those that are under way count too, and given back when they turn out right. Each process counts for itself.
 */
@Injectable()
export class FailureBudgets {
  private readonly policies: ReturnType<typeof policiesOf>;
  private readonly windows: SlidingWindows;

  constructor(config: AppConfig, clock: Clock) {
    this.policies = policiesOf(config);
    const windowMs = config.rateLimitWindowSeconds * 1_000;
    this.windows = new SlidingWindows(windowMs, () => clock.monotonicMs(), MAX_SUBJECTS);
  }

  /** Lets a key be tried that is not known to be good. Throws `too_many_failed_attempts`. */
  admitKey(address: string): Attempt {
    return this.admit(this.policies.failedKeys, address);
  }

  /** Throws `too_many_failed_attempts` when `admitKey` would; counts nothing. */
  assertKeysOpen(address: string): void {
    const { failedKeys } = this.policies;
    const record = this.windows.peek(keyOf(failedKeys, address), failedKeys.limit);
    if (record.isBlocked) throw tooMany(failedKeys, record);
  }

  /** Lets a password be tried. Throws `too_many_failed_attempts`. */
  admitPassword(address: string, account: string): Attempt {
    const byAddress = this.admit(this.policies.failedSignIns, address);
    try {
      const byAccount = this.admit(this.policies.failedSignInsPerAccount, `${address} ${account}`);
      const giveBack = () => {
        byAddress.giveBack();
        byAccount.giveBack();
      };
      return { fields: byAccount.fields, giveBack };
    } catch (error) {
      byAddress.giveBack();
      throw error;
    }
  }

  private admit(policy: Policy, subject: string): Attempt {
    const { giveBack, ...record } = this.windows.takeReturnable(keyOf(policy, subject), policy.limit);
    if (record.isBlocked) throw tooMany(policy, record);
    return { fields: rateLimitFields(policy, toRateLimitState(policy, record)), giveBack };
  }
}

const keyOf = (policy: Policy, subject: string): string => `${policy.keyPrefix}:${subject}`;

function tooMany(policy: Policy, record: WindowRecord): AppError {
  const state = toRateLimitState(policy, record);
  return TOO_MANY_FAILED_ATTEMPTS.create({
    headers: { ...rateLimitFields(policy, state), 'Retry-After': String(state.resetSeconds) },
    extensions: { 'violated-policies': [policy.name] },
  });
}
