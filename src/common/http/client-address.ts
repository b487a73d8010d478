import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { IncomingCall } from './incoming-call.js';

/** The zone of a link-local IPv6 address (`%eth0`) is left out: it means nothing to anybody else. */
function parse(text = ''): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [address = ''] = text.split('%');
  // Node is stricter than the library, which takes `1` and octal numbers for IPv4 addresses.
  return isIP(address) === 0 ? null : ipaddr.process(address);
}

/**
 * The caller's address in one spelling: IPv4-mapped as IPv4. When a proxy hands on something that is no
 * address, that of the connection stands in for it; `unknown` when that is gone too.
 */
export function clientAddress(call: Pick<IncomingCall, 'ip' | 'socket'>): string {
  return (parse(call.ip) ?? parse(call.socket.remoteAddress))?.toString() ?? 'unknown';
}

/** What an address counts as in a budget: IPv6 by /64, as one customer has all of it. contract.md, section 5. */
export function addressBudget(call: Pick<IncomingCall, 'ip' | 'socket'>): string {
  const address = parse(call.ip) ?? parse(call.socket.remoteAddress);
  if (!(address instanceof ipaddr.IPv6)) return address?.toString() ?? 'unknown';
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}
