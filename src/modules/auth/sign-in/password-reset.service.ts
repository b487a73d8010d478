import { Injectable } from '@nestjs/common';
import { Database, SYSTEM_AUTHOR, type Author, type Transaction } from '../../../database/index.js';
import { PasswordsService, UsersService } from '../../users/index.js';
import { SessionsService } from '../sessions/sessions.service.js';

/** Resets passwords that users have lost or forgotten. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly users: UsersService,
    private readonly credentials: PasswordsService,
    private readonly sessions: SessionsService,
    private readonly database: Database,
  ) {}

  /**
   * Replaces the user's password with a temporary one and ends all their sessions. Their API keys stay valid.
   * @returns the temporary password, which can't be shown again.
   * @throws `user_not_found`.
   */
  async reset(by: Author, userId: string): Promise<string> {
    await this.users.get(userId);
    const { password, stored } = await this.credentials.generate(by === SYSTEM_AUTHOR ? 'service' : by);
    const work = async (transaction: Transaction) => {
      await this.credentials.reset(transaction, userId, stored);
      await this.sessions.endAll(transaction, userId);
    };
    await this.database.write(by, work, [userId]);
    return password;
  }
}
