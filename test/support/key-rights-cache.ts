import { InvalidationBus, InvalidationFeedReader } from '../../src/invalidation/index.js';
import { AdminApiKeysService } from '../../src/modules/api-keys/administration/admin-api-keys.service.js';
import { ApiKeysRepository } from '../../src/modules/api-keys/api-keys.repository.js';
import { KeyRightsCache } from '../../src/modules/api-keys/verification/key-rights.cache.js';
import { VerifiedKeyCache } from '../../src/modules/api-keys/verification/verified-key.cache.js';
import { UsersService } from '../../src/modules/users/index.js';
import type { TestApp } from './app.js';

/** The real repository. The first read after `pause` returns its result only after `resume`. */
export class PausingRepository extends ApiKeysRepository {
  reads = 0;
  private gate = Promise.resolve();
  resume: () => void = () => undefined;

  pause(): void {
    this.gate = new Promise((resume) => (this.resume = resume));
  }

  override async findById(id: string) {
    this.reads++;
    const { gate } = this;
    this.gate = Promise.resolve();
    const [found] = await Promise.all([super.findById(id), gate]);
    return found;
  }
}

/** Creates an empty cache. */
export function createKeyRightsCache({ nest, clock }: TestApp) {
  const repository = Object.assign(new PausingRepository(null as never), nest.get(ApiKeysRepository));
  const users = nest.get(UsersService);
  const verified = new VerifiedKeyCache();
  return {
    repository,
    users,
    verified,
    cache: new KeyRightsCache(
      repository,
      users,
      clock,
      nest.get(InvalidationFeedReader),
      nest.get(InvalidationBus),
      verified,
    ),
  };
}

/** Commits a revocation by an admin. */
export async function revokeAsAdmin(app: TestApp, id: string): Promise<void> {
  const admin = await app.principalOf(await app.createUser('admin'));
  await app.nest.get(AdminApiKeysService).revoke(admin, id, { reason: null, cascade: false });
}
