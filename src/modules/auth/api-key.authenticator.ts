import { Injectable } from '@nestjs/common';
import type { AuthOutcome } from '../../common/access/index.js';
import { unavailable } from '../../common/errors/index.js';
import { addressNetworks, hasDisconnected, type HttpRequest } from '../../common/http/index.js';
import { ApiKeyVerifier, AuthorityCache, CREDENTIAL_NOT_FOUND, type Authority } from '../api-keys/index.js';
import { FailedAttemptLimiter } from '../rate-limit/index.js';

/** Finds out who calls with a key, and lets nobody guess: see Limits in the README. */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly prover: ApiKeyVerifier,
    private readonly authorities: AuthorityCache,
    private readonly failures: FailedAttemptLimiter,
  ) {}

  /** The caller with a key that was proven before, at the cost of a fast hash; else `null`. */
  recognise(presented: string): AuthOutcome | null {
    const id = this.prover.recognise(presented);
    const authority = id === null ? undefined : this.authorities.peek(id);
    return authority ? this.toCaller(authority) : null;
  }

  /** Throws `api_key_not_found`, `too_many_failed_attempts` and `unavailable`. */
  async authenticate(presented: string, request: HttpRequest): Promise<AuthOutcome> {
    const id = this.prover.recognise(presented) ?? (await this.prove(presented, request));
    return this.toCaller(await this.authorities.get(id));
  }

  private async prove(presented: string, request: HttpRequest): Promise<string> {
    const networks = addressNetworks(request);
    if (this.prover.isProving(presented)) return this.join(presented, networks, request);
    const isNeeded = () => !hasDisconnected(request) && this.prover.recognise(presented) === null;
    const attempt = await this.failures.admitKey(networks, isNeeded);
    if (!attempt) return this.provenMeanwhile(presented);
    const id = await this.prover.prove(presented, { networks }).catch((error: unknown) => {
      // What could not be found out is no failed attempt.
      attempt.giveBack();
      throw error;
    });
    if (id === null) throw CREDENTIAL_NOT_FOUND.create({ headers: attempt.fail() });
    attempt.giveBack();
    return id;
  }

  /** Waits for a pending comparison of the same key; it counts here only when the key is bad. */
  private async join(presented: string, networks: readonly string[], request: HttpRequest): Promise<string> {
    this.failures.assertKeysOpen(networks);
    const id = await this.prover.prove(presented, { networks });
    if (id !== null) return id;
    const attempt = await this.failures.admitKey(networks, () => !hasDisconnected(request));
    if (!attempt) throw hungUp();
    throw CREDENTIAL_NOT_FOUND.create({ headers: attempt.fail() });
  }

  /** Another call has proven the key while this one waited for its turn, unless this one's caller hung up. */
  private provenMeanwhile(presented: string): string {
    const id = this.prover.recognise(presented);
    if (id === null) throw hungUp();
    return id;
  }

  private toCaller(authority: Authority): AuthOutcome {
    const { principal } = authority;
    const apiKeyId = principal.apiKey.id;
    const refusal = this.authorities.refusal(authority);
    if (refusal) {
      return { countsIn: { policy: 'dead-key', subject: apiKeyId }, principal: null, apiKeyId, refusal };
    }
    return {
      countsIn: { policy: principal.role, subject: principal.userId },
      principal,
      apiKeyId,
      refusal: null,
    };
  }
}

const hungUp = () => unavailable(new Error('The caller hung up while waiting for a turn'));
