import type { User, UsersService } from '../../users/index.js';
import type { ApiKey } from '../api-key.js';

/** A key and its owner. */
export interface OwnedApiKey {
  readonly apiKey: ApiKey;
  readonly owner: User;
}

/** Adds the owner to each key, with one query. Leaves out keys whose owner doesn't exist. */
export async function withOwners(users: UsersService, apiKeys: readonly ApiKey[]): Promise<OwnedApiKey[]> {
  const owners = await users.getMany(apiKeys.map(({ userId }) => userId));
  return apiKeys.flatMap((apiKey) => {
    const owner = owners.get(apiKey.userId);
    return owner ? [{ apiKey, owner }] : [];
  });
}
