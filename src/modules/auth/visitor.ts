import { addressNetworks, clientAddress, hasHungUp, type IncomingCall } from '../../common/http/index.js';
import type { AppConfig } from '../../config/index.js';
import type { Visitor } from './account.service.js';
import { readSessionCookie } from './session-cookie.js';

/** What signing in needs to know of a request. */
export const visitorOf = (call: IncomingCall, config: AppConfig): Visitor => ({
  address: clientAddress(call),
  networks: addressNetworks(call),
  hasHungUp: () => hasHungUp(call),
  userAgent: call.headers['user-agent'] ?? null,
  presentedToken: readSessionCookie(config, call.headers.cookie),
});
