import { Injectable } from '@nestjs/common';
import type { Slice, SliceRequest } from '../../common/pagination/index.js';
import { AdminApiKeysService } from '../api-keys/index.js';
import { UsersService, type User, type UserFilter } from '../users/index.js';

/** A user with the number of their active keys. */
export interface UserWithKeyCount {
  readonly user: User;
  readonly activeApiKeys: number;
}

/** Finds users with the number of their active keys. */
@Injectable()
export class AdminUsersService {
  constructor(
    private readonly users: UsersService,
    private readonly apiKeys: AdminApiKeysService,
  ) {}

  /** Lists the users that match the filter, newest first. */
  async list(filter: UserFilter, slice: SliceRequest): Promise<Slice<UserWithKeyCount>> {
    const { items, next } = await this.users.list(filter, slice);
    const counts = await this.apiKeys.countActiveByUser(items.map(({ id }) => id));
    return { items: items.map((user) => ({ user, activeApiKeys: counts.get(user.id) ?? 0 })), next };
  }

  /** Returns one user. Throws `user_not_found`. */
  async get(id: string): Promise<UserWithKeyCount> {
    const user = await this.users.get(id);
    const counts = await this.apiKeys.countActiveByUser([user.id]);
    return { user, activeApiKeys: counts.get(user.id) ?? 0 };
  }
}
