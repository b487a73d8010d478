import {
  addressNetworks,
  clientAddress,
  hasDisconnected,
  type HttpRequest,
} from '../../../common/http/index.js';
import type { Settings } from '../../../settings/index.js';
import type { Device } from '../sessions/sessions.service.js';
import { readSessionCookie } from '../sessions/session-cookie.js';

/** The client that signs in: its device, the networks for which its failed attempts count, and its session token. */
export interface ClientInfo extends Device {
  /** The networks of the client's address, narrowest first. */
  readonly networks: readonly string[];
  /** Whether the client no longer waits for the response. */
  readonly hasDisconnected: () => boolean;
  readonly presentedToken: string | null;
}

/** Reads the client's information from a request. */
export const clientInfoOf = (request: HttpRequest, settings: Settings): ClientInfo => ({
  address: clientAddress(request),
  networks: addressNetworks(request),
  hasDisconnected: () => hasDisconnected(request),
  userAgent: request.headers['user-agent'] ?? null,
  presentedToken: readSessionCookie(settings, request.headers.cookie),
});
