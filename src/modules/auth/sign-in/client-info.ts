import {
  addressNetworks,
  clientAddress,
  hasDisconnected,
  type HttpRequest,
} from '../../../common/http/index.js';
import type { Settings } from '../../../settings/index.js';
import type { ClientInfo } from './sign-in.service.js';
import { readSessionCookie } from '../sessions/session-cookie.js';

/** What signing in needs to know of a request. */
export const clientInfoOf = (request: HttpRequest, settings: Settings): ClientInfo => ({
  address: clientAddress(request),
  networks: addressNetworks(request),
  hasDisconnected: () => hasDisconnected(request),
  userAgent: request.headers['user-agent'] ?? null,
  presentedToken: readSessionCookie(settings, request.headers.cookie),
});
