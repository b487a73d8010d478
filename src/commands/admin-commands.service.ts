import { Injectable } from '@nestjs/common';
import type { ListPosition } from '../common/pagination/index.js';
import { validationFailed, INVALID_EMAIL } from '../common/errors/index.js';
import { canonicalEmail, MAX_EMAIL_LENGTH } from '../common/text/email.js';
import { Settings } from '../settings/index.js';
import { SYSTEM_AUTHOR } from '../database/index.js';
import { AdminApiKeysService } from '../modules/api-keys/index.js';
import { PasswordResetService } from '../modules/auth/index.js';
import { openPasswordOutput, UsersService, type User } from '../modules/users/index.js';

const ALL_USERS = { search: null, role: null, status: null };

/** Commands for operators with shell access. They work even if no admin can sign in. */
@Injectable()
export class AdminCommandsService {
  constructor(
    private readonly users: UsersService,
    private readonly passwordReset: PasswordResetService,
    private readonly apiKeys: AdminApiKeysService,
    private readonly settings: Settings,
  ) {}

  /**
   * Creates an admin. The password is ADMIN_PASSWORD or, if that isn't set, a temporary password.
   * @throws any error that `UsersService.create` throws.
   */
  async createAdmin(typedEmail: string = this.settings.adminEmail): Promise<void> {
    const email = canonicalEmail(typedEmail);
    if (email === null) throw validationFailed(INVALID_EMAIL.on('email', { max: MAX_EMAIL_LENGTH }));
    const password = this.settings.adminPassword;
    const admin = { email, name: 'Admin', role: 'admin', password } as const;
    if (password === null) {
      await this.showTemporaryPassword(
        email,
        async () => (await this.users.create(SYSTEM_AUTHOR, admin)).temporaryPassword!,
      );
    } else {
      await this.users.create(SYSTEM_AUTHOR, admin);
      print(`The admin ${email} can sign in with the password in ADMIN_PASSWORD.`);
    }
  }

  /** Replaces the user's password with a temporary one. Throws `user_not_found`. */
  async resetPassword(typedEmail: string): Promise<void> {
    const { id, email, status } = await this.users.getByEmail(typedEmail);
    await this.showTemporaryPassword(email, () => this.passwordReset.reset(SYSTEM_AUTHOR, id));
    print(`All sessions of ${email} have ended. The user's API keys still work.`);
    if (status === 'suspended')
      print("The user is suspended and can't sign in until an admin reactivates the account.");
  }

  async listUsers(): Promise<void> {
    print(rowOf('ID', 'ROLE', 'STATUS', 'LAST ACTIVE', 'EMAIL', 'NAME'));
    let after: ListPosition | null = null;
    do {
      const { items, next }: { items: readonly User[]; next: ListPosition | null } = await this.users.list(
        ALL_USERS,
        {
          limit: 100,
          after,
        },
      );
      for (const { id, role, status, lastSeenAt, email, name } of items)
        print(rowOf(id, role, status, lastSeenAt?.toISOString() ?? 'never', email, name));
      after = next;
    } while (after);
  }

  /** Revokes a key of any user. Throws `api_key_not_found`. */
  async revokeKey(id: string): Promise<void> {
    const revocation = { reason: 'Revoked from the command line', cascade: false };
    const { apiKey, activeDescendants } = await this.apiKeys.revoke(SYSTEM_AUTHOR, id, revocation);
    print(`The key ${apiKey.prefix} (${apiKey.name}) has been revoked.`);
    if (activeDescendants > 0) print(`Active keys that were created with this key: ${activeDescendants}`);
  }

  private async showTemporaryPassword(email: string, generate: () => Promise<string>): Promise<void> {
    const output = openPasswordOutput(this.settings);
    if (!output) throw new Error('This command shows a temporary password. Run the command in a terminal.');
    try {
      output.write(email, await generate());
    } catch (error) {
      output.discard();
      throw error;
    }
  }
}

const WIDTHS = [36, 8, 9, 24];

const rowOf = (...columns: string[]): string =>
  columns.map((column, index) => column.padEnd(WIDTHS[index] ?? 0)).join('  ');

const print = (line: string) => process.stdout.write(`${line}\n`);
