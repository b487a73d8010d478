import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { HttpRequest } from './request.js';

/** Some proxies append the port and put IPv6 addresses in brackets: `203.0.113.7:51001`, `[2001:db8::1]:443`. */
const WITH_PORT_OR_BRACKETS = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/;

function parse(text = ''): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const address = parseBare(text);
  if (address) return address;
  const [, inBrackets, beforePort] = WITH_PORT_OR_BRACKETS.exec(text) ?? [];
  return parseBare(inBrackets ?? beforePort ?? '');
}

/** Removes the zone of a link-local IPv6 address (`%eth0`), because it has a meaning only on its own host. */
function parseBare(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [address = ''] = text.split('%');
  // The library alone would accept `1` and octal numbers as IPv4 addresses.
  return isIP(address) === 0 ? null : ipaddr.process(address);
}

/** Whether an entry of `X-Forwarded-For` is an IP address. */
export const isAddress = (text: string): boolean => parse(text) !== null;

const addressOf = (request: Pick<HttpRequest, 'ip' | 'socket'>): ipaddr.IPv4 | ipaddr.IPv6 | null =>
  parse(request.ip) ?? parse(request.socket.remoteAddress);

/**
 * The client's IP address in canonical form: without a port, and an IPv4-mapped address as IPv4. When the proxy doesn't
 * send a valid address, this is the address of the connection, or `unknown` after the connection has closed.
 */
export function clientAddress(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  return addressOf(request)?.toString() ?? 'unknown';
}

/** The lengths of the IPv6 prefixes for which failed attempts are counted, narrowest network first. */
const IPV6_PREFIXES = [64, 56, 48] as const;

/** The key of the client's address in a rate limit. All addresses of an IPv6 /64 share a key, as one customer owns it. */
export function addressLimitKey(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  const address = addressOf(request);
  return address instanceof ipaddr.IPv6 ? network(address, 64) : (address?.toString() ?? 'unknown');
}

/**
 * The networks for which a client's failed attempts are counted, narrowest first: an IPv4 address itself, or the /64,
 * /56 and /48 of an IPv6 address. Providers assign a /56 or a /48, so one customer can switch between thousands of
 * /64s.
 */
export function addressNetworks(request: Pick<HttpRequest, 'ip' | 'socket'>): readonly string[] {
  const address = addressOf(request);
  if (!(address instanceof ipaddr.IPv6)) return [address?.toString() ?? 'unknown'];
  return IPV6_PREFIXES.map((bits) => network(address, bits));
}

/** The network of an address for a prefix length, for example `2001:db8::/56`. */
function network(address: ipaddr.IPv6, bits: number): string {
  const parts = address.parts.map((part, index) => {
    const prefixBits = Math.min(16, Math.max(0, bits - index * 16));
    return part & (0xffff << (16 - prefixBits));
  });
  return `${new ipaddr.IPv6(parts).toString()}/${bits}`;
}
