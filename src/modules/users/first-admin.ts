import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { VALIDATION_FAILED, type AppError } from '../../common/errors/index.js';
import { AppConfig, ConfigError } from '../../config/index.js';
import { StartupLock, SYSTEM } from '../../database/index.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** Creates the first admin when there are no users: contract.md, section 7. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap {
  constructor(
    private readonly config: AppConfig,
    private readonly users: UsersService,
    private readonly repository: UsersRepository,
    private readonly startupLock: StartupLock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if ((await this.repository.countAll()) > 0) return;
    await this.startupLock.run(async () => {
      if ((await this.repository.countAll()) === 0) await this.create();
    });
  }

  private async create(): Promise<void> {
    const { adminEmail, adminPassword } = this.config;
    const admin = { email: adminEmail, name: 'Admin', role: 'admin', password: adminPassword } as const;
    const { temporaryPassword } = await this.users.create(SYSTEM, admin).catch((error: unknown) => {
      throw VALIDATION_FAILED.isKindOf(error) ? new ConfigError(passwordFaults(error as AppError)) : error;
    });
    if (temporaryPassword === null) return;
    // Straight to the terminal and only once: a log must not hold it.
    process.stdout.write(
      `\n  First admin         ${adminEmail}\n  Temporary password  ${temporaryPassword}\n` +
        '  It is shown only now, and must be changed after the first sign-in.\n\n',
    );
  }
}

const passwordFaults = ({ errors }: AppError): string[] =>
  (errors ?? []).map(({ message }) => `ADMIN_PASSWORD ${message}`);
