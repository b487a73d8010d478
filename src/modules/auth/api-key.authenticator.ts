import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/index.js';
import { addressNetworks, type IncomingCall } from '../../common/http/index.js';
import { ApiKeyProver, AuthorityCache, CREDENTIAL_NOT_FOUND, type Authority } from '../api-keys/index.js';
import { FailureBudgets, type Attempt } from '../rate-limit/index.js';

/** Finds out who calls with a key, and lets nobody guess: contract.md, section 5. */
@Injectable()
export class ApiKeyAuthenticator {
  constructor(
    private readonly prover: ApiKeyProver,
    private readonly authorities: AuthorityCache,
    private readonly failures: FailureBudgets,
  ) {}

  /** The caller with a key that was proven before, at the cost of a fast hash; else `null`. */
  recognise(presented: string): Caller | null {
    const id = this.prover.recognise(presented);
    const authority = id === null ? undefined : this.authorities.peek(id);
    return authority ? this.toCaller(authority) : null;
  }

  /** Throws `api_key_not_found`, `too_many_failed_attempts` and `unavailable`. */
  async authenticate(presented: string, call: IncomingCall): Promise<Caller> {
    const id = this.prover.recognise(presented) ?? (await this.prove(presented, addressNetworks(call)));
    return this.toCaller(await this.authorities.get(id));
  }

  private async prove(presented: string, networks: readonly string[]): Promise<string> {
    const address = networks[0]!;
    if (this.prover.isProving(presented)) return this.join(presented, networks);
    const attempt = this.failures.admitKey(address);
    const id = await this.prover.prove(presented, { networks }).catch((error: unknown) => {
      // What could not be found out is no failed attempt.
      attempt.giveBack();
      throw error;
    });
    if (id === null) throw notFound(attempt);
    attempt.giveBack();
    return id;
  }

  /** Waits for a comparison of the same key that is under way; it counts here only when the key is bad. */
  private async join(presented: string, networks: readonly string[]): Promise<string> {
    const address = networks[0]!;
    this.failures.assertKeysOpen(address);
    const id = await this.prover.prove(presented, { networks });
    if (id === null) throw notFound(this.failures.admitKey(address));
    return id;
  }

  private toCaller(authority: Authority): Caller {
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

const notFound = (attempt: Attempt) => CREDENTIAL_NOT_FOUND.create({ headers: attempt.fields });
