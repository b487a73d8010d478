import { Database } from '../../src/database/index.js';
import { CREDENTIAL_NOT_FOUND } from '../../src/modules/api-keys/api-keys.errors.js';
import { ApiKeysRepository } from '../../src/modules/api-keys/api-keys.repository.js';
import { apiKeyChecksum } from '../../src/common/text/api-key-format.js';
import {
  ApiKeyVerifier,
  type KeyAdmission,
  type KeyAttempt,
} from '../../src/modules/api-keys/verification/api-key.verifier.js';
import { VerifiedKeyCache } from '../../src/modules/api-keys/verification/verified-key.cache.js';
import { BcryptQueue } from '../../src/modules/hashing/index.js';
import { Settings } from '../../src/settings/index.js';
import type { TestApp } from './app.js';

export const NETWORKS = ['203.0.113.1'];

/** The real queue, with counts of its comparisons and of how many ran at once. */
class CountingBcryptQueue extends BcryptQueue {
  compared = 0;
  atOnce = 0;
  private inFlight = 0;

  override async compare(...args: Parameters<BcryptQueue['compare']>): Promise<boolean> {
    this.compared++;
    this.atOnce = Math.max(this.atOnce, ++this.inFlight);
    return super.compare(...args).finally(() => this.inFlight--);
  }
}

/** The real repository, with a count of the requested hashes. */
class CountingRepository extends ApiKeysRepository {
  asked = 0;

  override findHash(keyId: string): Promise<string | null> {
    this.asked++;
    return super.findHash(keyId);
  }
}

/** Admits every attempt, and counts their outcomes. */
export class OpenAdmission implements KeyAdmission {
  admitted = 0;
  failed = 0;
  givenBack = 0;
  readonly isAwaited = () => true;
  readonly assertOpen = () => undefined;

  constructor(readonly networks: readonly string[] = NETWORKS) {}

  admit(): Promise<KeyAttempt> {
    this.admitted++;
    return Promise.resolve({
      fail: () => {
        this.failed++;
        return { 'x-left': 'some' };
      },
      giveBack: () => void this.givenBack++,
    });
  }
}

/** A verifier in a process that has not verified any key yet. */
export function createVerifier(app: TestApp) {
  const bcryptQueue = new CountingBcryptQueue(app.nest.get(Settings), app.clock);
  const repository = new CountingRepository(app.nest.get(Database));
  const verifier = new ApiKeyVerifier(new VerifiedKeyCache(), repository, bcryptQueue);
  const admission = new OpenAdmission();
  /** The key's id, or `null` if it was not found. */
  const verify = (presented: string, by: KeyAdmission = admission): Promise<string | null> =>
    verifier.verify(presented, by).catch((error: unknown) => {
      if (CREDENTIAL_NOT_FOUND.isKindOf(error)) return null;
      throw error;
    });
  return { verifier, verify, admission, bcryptQueue, repository };
}

/** A well-formed key with this id and a new secret. */
export function otherSecret(keyId: string, secret = 0): string {
  const body = `chm_${keyId}_${String(secret).padStart(30, '0')}`;
  return body + apiKeyChecksum(body);
}
