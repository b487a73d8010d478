import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { HttpRequest } from './request.js';

/**
 * Matches an address with a port or in brackets, as some proxies send it, for example `203.0.113.7:51001` or
 * `[2001:db8::1]:443`.
 */
const WITH_PORT_OR_BRACKETS = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/;

function parse(text = ''): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const address = parseBare(text);
  if (address) return address;
  const [, inBrackets, beforePort] = WITH_PORT_OR_BRACKETS.exec(text) ?? [];
  return parseBare(inBrackets ?? beforePort ?? '');
}

/**
 * Parses an IP address that has no port and no brackets. Removes the zone of a link-local IPv6 address (`%eth0`),
 * because a zone is meaningful only on its own host.
 */
function parseBare(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [address = ''] = text.split('%');
  // `ipaddr.process` alone would also accept `1` and octal numbers as IPv4 addresses.
  return isIP(address) === 0 ? null : ipaddr.process(address);
}

/** Returns whether an entry of `X-Forwarded-For` is an IP address. */
export const isIpAddress = (text: string): boolean => parse(text) !== null;

const addressOf = (request: Pick<HttpRequest, 'ip' | 'socket'>): ipaddr.IPv4 | ipaddr.IPv6 | null =>
  parse(request.ip) ?? parse(request.socket.remoteAddress);

/**
 * Returns the client's IP address in canonical form, without a port. An IPv4-mapped IPv6 address becomes an IPv4
 * address. If the proxy didn't send a valid address, returns the address of the connection, or `unknown` if the
 * connection has closed.
 */
export function clientAddress(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  return addressOf(request)?.toString() ?? 'unknown';
}

/** The lengths of the IPv6 prefixes for which failed attempts are counted, smallest network first. */
const IPV6_PREFIXES = [64, 56, 48] as const;

/**
 * Returns the key under which rate limits count requests from the client's address. All addresses in the same IPv6 /64
 * network share a key, because they usually belong to one customer.
 */
export function addressLimitKey(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  const address = addressOf(request);
  return address instanceof ipaddr.IPv6 ? network(address, 64) : (address?.toString() ?? 'unknown');
}

/**
 * Returns the networks for which failed attempts of the client are counted, smallest first. For an IPv4 address, this
 * is only the address itself. For an IPv6 address, these are its /64, /56 and /48 networks: providers assign a /56 or a
 * /48 to a customer, so one customer can switch between thousands of /64 networks.
 */
export function addressNetworks(request: Pick<HttpRequest, 'ip' | 'socket'>): readonly string[] {
  const address = addressOf(request);
  if (!(address instanceof ipaddr.IPv6)) return [address?.toString() ?? 'unknown'];
  return IPV6_PREFIXES.map((bits) => network(address, bits));
}

/** Returns the network that consists of the first `bits` bits of the address, for example `2001:db8::/56`. */
function network(address: ipaddr.IPv6, bits: number): string {
  const parts = address.parts.map((part, index) => {
    const prefixBits = Math.min(16, Math.max(0, bits - index * 16));
    return part & (0xffff << (16 - prefixBits));
  });
  return `${new ipaddr.IPv6(parts).toString()}/${bits}`;
}
