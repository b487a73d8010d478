import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/clock.js';
import { DAY_MS, HOUR_MS } from '../../../common/duration.js';
import { KeyRemovalService } from '../../api-keys/index.js';
import { UsageRepository } from '../usage.repository.js';

const KEPT_DAYS = 400;
const STEP_MS = 60_000;
const ROWS_A_STEP = 500;
const STEPS_A_TIME = 20;

/**
 * Every minute, deletes a batch of usage records that are older than 400 days. Also deletes the usage records of a key
 * when the key is removed.
 */
@Injectable()
export class UsagePruner implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(UsagePruner.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: UsageRepository,
    private readonly removal: KeyRemovalService,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.removal.beforeRemoval((transaction, apiKeyId) => this.repository.deleteOf(transaction, apiKeyId));
    this.timer = setInterval(() => void this.step(), STEP_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async step(): Promise<void> {
    const oldest = Math.floor((this.clock.now().getTime() - KEPT_DAYS * DAY_MS) / HOUR_MS);
    try {
      for (let i = 0; i < STEPS_A_TIME; i++) {
        if ((await this.repository.prune(oldest, ROWS_A_STEP)) < ROWS_A_STEP) return;
      }
    } catch (error) {
      this.logger.warn(`Old usage data could not be deleted: ${String(error)}`);
    }
  }
}
