import { Injectable } from '@nestjs/common';
import { HeaderAPIKeyStrategy } from 'passport-headerapikey';
import type { HttpRequest } from '../../common/http/index.js';
import { ApiKeyAuthenticator } from './api-key.authenticator.js';

/**
 * Passport's way in for a key that is not known to be good yet.
 * The prefix stays empty: the library would put it into a regular expression as it is.
 */
@Injectable()
export class ApiKeyStrategy extends HeaderAPIKeyStrategy {
  constructor(keys: ApiKeyAuthenticator) {
    super({ header: 'X-API-Key', prefix: '' }, true, (presented, verified, request) => {
      keys
        .authenticate(presented, request as unknown as HttpRequest)
        .then((caller) => verified(null, caller), verified);
    });
  }
}
