import {
  addressNetworks,
  clientAddress,
  hasDisconnected,
  type HttpRequest,
} from '../../../common/http/index.js';
import type { Settings } from '../../../settings/index.js';
import type { Device } from '../sessions/sessions.service.js';
import { readSessionCookie } from '../sessions/session-cookie.js';

/** Who signs in: their device, the networks that their failed attempts count in, and the cookie they send. */
export interface ClientInfo extends Device {
  /** Narrowest first. */
  readonly networks: readonly string[];
  /** Whether nobody waits for the response any more. */
  readonly hasDisconnected: () => boolean;
  readonly presentedToken: string | null;
}

/** What signing in needs to know about a request. */
export const clientInfoOf = (request: HttpRequest, settings: Settings): ClientInfo => ({
  address: clientAddress(request),
  networks: addressNetworks(request),
  hasDisconnected: () => hasDisconnected(request),
  userAgent: request.headers['user-agent'] ?? null,
  presentedToken: readSessionCookie(settings, request.headers.cookie),
});
