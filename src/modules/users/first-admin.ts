import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig, ConfigError } from '../../config/index.js';
import { StartupLock } from '../../database/index.js';
import { passwordFault } from './passwords.js';
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
    const fault = adminPassword === null ? null : passwordFault(adminPassword);
    if (fault) throw new ConfigError([`ADMIN_PASSWORD ${fault}`]);
    const { temporaryPassword } = await this.users.create(
      { email: adminEmail, name: 'Admin', role: 'admin', password: adminPassword },
      'service',
    );
    if (temporaryPassword === null) return;
    // Straight to the terminal and only once: a log must not hold it.
    process.stdout.write(
      `\n  First admin         ${adminEmail}\n  Temporary password  ${temporaryPassword}\n` +
        '  It is shown only now, and must be changed after the first sign-in.\n\n',
    );
  }
}
