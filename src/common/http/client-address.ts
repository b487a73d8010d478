import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { HttpRequest } from './request.js';

/** Some proxies append the port, and put brackets around IPv6: `203.0.113.7:51001`, `[2001:db8::1]:443`. */
const WITH_PORT_OR_BRACKETS = /^(?:\[([^\]]+)\]|([^:]+))(?::\d{1,5})?$/;

function parse(text = ''): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const address = parseBare(text);
  if (address) return address;
  const [, inBrackets, beforePort] = WITH_PORT_OR_BRACKETS.exec(text) ?? [];
  return parseBare(inBrackets ?? beforePort ?? '');
}

/** The zone of a link-local IPv6 address (`%eth0`) is left out: it means nothing to anybody else. */
function parseBare(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [address = ''] = text.split('%');
  // Node is stricter than the library, which takes `1` and octal numbers for IPv4 addresses.
  return isIP(address) === 0 ? null : ipaddr.process(address);
}

/** Whether a proxy's word for an address can be read. */
export const isAddress = (text: string): boolean => parse(text) !== null;

const addressOf = (request: Pick<HttpRequest, 'ip' | 'socket'>): ipaddr.IPv4 | ipaddr.IPv6 | null =>
  parse(request.ip) ?? parse(request.socket.remoteAddress);

/**
 * The caller's address in one spelling: IPv4-mapped as IPv4, without a port. When a proxy hands on something that
 * is no address, that of the connection stands in for it; `unknown` when that is gone too.
 */
export function clientAddress(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  return addressOf(request)?.toString() ?? 'unknown';
}

/** The prefix lengths that failures in IPv6 count by, narrowest first. */
const IPV6_PREFIXES = [64, 56, 48] as const;

/** What an address counts as in a budget: IPv6 by /64, because one customer has all of it. */
export function addressBudget(request: Pick<HttpRequest, 'ip' | 'socket'>): string {
  const address = addressOf(request);
  return address instanceof ipaddr.IPv6 ? network(address, 64) : (address?.toString() ?? 'unknown');
}

/**
 * The networks that a caller's failures count in, narrowest first: the address itself in IPv4, its /64, /56 and
 * /48 in IPv6. Providers hand out a /56 or a /48, so the owner of one can come from thousands of /64s in turn.
 */
export function addressNetworks(request: Pick<HttpRequest, 'ip' | 'socket'>): readonly string[] {
  const address = addressOf(request);
  if (!(address instanceof ipaddr.IPv6)) return [address?.toString() ?? 'unknown'];
  return IPV6_PREFIXES.map((bits) => network(address, bits));
}

/** The network of that prefix length, such as `2001:db8::/56`. */
function network(address: ipaddr.IPv6, bits: number): string {
  const parts = address.parts.map((part, index) => {
    const kept = Math.min(16, Math.max(0, bits - index * 16));
    return part & (0xffff << (16 - kept));
  });
  return `${new ipaddr.IPv6(parts).toString()}/${bits}`;
}
