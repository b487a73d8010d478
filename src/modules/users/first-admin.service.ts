import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { VALIDATION_FAILED, type AppError } from '../../common/errors/index.js';
import { Settings, SettingsError, SETTINGS } from '../../settings/index.js';
import { StartupLock, SYSTEM_AUTHOR } from '../../database/index.js';
import { openPasswordOutput } from './passwords/password-output.js';
import { UsersService } from './users.service.js';

/** Creates the first admin if there are no users: docs/configuration.md. */
@Injectable()
export class FirstAdminService implements OnApplicationBootstrap {
  constructor(
    private readonly settings: Settings,
    private readonly users: UsersService,
    private readonly startupLock: StartupLock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (await this.users.hasUsers()) return this.warnAboutIgnoredSettings();
    await this.startupLock.run(async () => {
      if (!(await this.users.hasUsers())) await this.create();
    });
  }

  private async warnAboutIgnoredSettings(): Promise<void> {
    const { adminEmail, adminPassword } = this.settings;
    const ignored = [
      adminEmail !== SETTINGS.adminEmail.shown && !(await this.users.exists(adminEmail)) && 'ADMIN_EMAIL',
      adminPassword !== null && 'ADMIN_PASSWORD',
    ].filter((name) => name !== false);
    if (ignored.length === 0) return;
    new Logger('Start').warn(
      `${ignored.join(' and ')} ${ignored.length > 1 ? 'are' : 'is'} ignored because users already exist. ` +
        'To reset a password, use the console or npm run admin.',
    );
  }

  private async create(): Promise<void> {
    const { adminEmail, adminPassword } = this.settings;
    const admin = { email: adminEmail, name: 'Admin', role: 'admin', password: adminPassword } as const;
    const output = adminPassword === null ? openPasswordOutput(this.settings) : null;
    if (adminPassword === null && !output)
      throw new SettingsError([
        'ADMIN_PASSWORD must be set, because there is neither a terminal that can show a temporary password nor an SQLite file',
      ]);
    try {
      const { temporaryPassword } = await this.users.create(SYSTEM_AUTHOR, admin);
      if (temporaryPassword !== null) output?.write(adminEmail, temporaryPassword);
    } catch (error) {
      output?.discard();
      throw VALIDATION_FAILED.isKindOf(error)
        ? new SettingsError(passwordProblems(error as AppError))
        : error;
    }
  }
}

const passwordProblems = ({ errors }: AppError): string[] =>
  (errors ?? []).map(({ message }) => `ADMIN_PASSWORD ${message}`);
