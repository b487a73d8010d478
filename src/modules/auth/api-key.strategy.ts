// Caution: passport has one registry of strategies per process. If a process has two apps, which happens in tests, the
// name `api-key` refers to the strategy of the app that was created last.
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import type { AuthOutcome } from '../../common/access/index.js';
import { addressNetworks, hasDisconnected, type HttpRequest } from '../../common/http/index.js';
import { ApiKeyVerifier, KeyRightsCache, type KeyAdmission } from '../api-keys/index.js';
import { FailedAttemptLimiter } from '../rate-limit/index.js';

/** Authenticates programs by the `X-API-Key` header. */
@Injectable()
export class ApiKeyStrategy extends PassportStrategy(HeaderAPIKeyStrategy, 'api-key') {
  constructor(
    private readonly verifier: ApiKeyVerifier,
    private readonly keyRights: KeyRightsCache,
    private readonly failedAttempts: FailedAttemptLimiter,
  ) {
    // The prefix stays empty, because the library would use it in a regular expression without escaping it.
    super({ header: 'X-API-Key', prefix: '' }, true);
    // Nest's mixin expects the callback as the last argument, but this library passes the request after the callback.
    this.verify = (presented, verified, request) =>
      void this.validate(presented, toHttpRequest(request)).then((auth) => verified(null, auth), verified);
  }

  /**
   * Authenticates a request. Passport calls this method on a new object for each request. If the process has two apps,
   * that object may belong to the other app.
   * @param options.strategy the strategy of the guard's own app.
   */
  override authenticate(
    request: Parameters<HeaderAPIKeyStrategy['authenticate']>[0],
    options: { readonly strategy?: ApiKeyStrategy } = {},
  ): void {
    this.verify = options.strategy?.verify ?? this.verify;
    super.authenticate(request, options);
  }

  /**
   * Returns the result of authentication if this process has already verified the key and its rights are cached.
   * Otherwise returns `null`. This calculates only a fast hash.
   */
  fromCache(presented: string): AuthOutcome | null {
    const id = this.verifier.verifiedId(presented);
    const rights = id === null ? undefined : this.keyRights.peek(id);
    return rights ? this.keyRights.outcomeOf(rights) : null;
  }

  /**
   * Verifies a key and returns the result of authentication. Throws `api_key_not_found`, `too_many_failed_attempts` or
   * `unavailable`.
   */
  async validate(presented: string, request: HttpRequest): Promise<AuthOutcome> {
    const id = await this.verifier.verify(presented, this.admissionOf(request));
    return this.keyRights.outcomeOf(await this.keyRights.get(id));
  }

  private admissionOf(request: HttpRequest): KeyAdmission {
    const networks = addressNetworks(request);
    return {
      networks,
      isAwaited: () => !hasDisconnected(request),
      assertOpen: () => this.failedAttempts.assertKeysOpen(networks),
      admit: (isNeeded) => this.failedAttempts.admitKey(networks, isNeeded),
    };
  }
}

/** Passport's types are for Express, but at run time this is the request that the guard received. */
const toHttpRequest = (request: unknown): HttpRequest => request as HttpRequest;
