import { addressLimitKey, addressNetworks, clientAddress } from './client-address.js';

const from = (ip: string, remoteAddress?: string) => ({ ip, socket: { remoteAddress } });

it.each([
  ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::FFFF:CB00:7107', '203.0.113.7', '203.0.113.7'],
  ['2001:DB8:0:0:1::9', '2001:db8::1:0:0:9', '2001:db8::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['::1', '::1', '::/64'],
  ['fe80::1%eth0', 'fe80::1', 'fe80::/64'],
  // Some proxies append the port or put the address in brackets.
  ['203.0.113.7:51001', '203.0.113.7', '203.0.113.7'],
  ['[2001:db8:1:2::9]:443', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['[::ffff:203.0.113.7]:65535', '203.0.113.7', '203.0.113.7'],
  ['[fe80::1%eth0]:80', 'fe80::1', 'fe80::/64'],
])('normalizes %s to %s and limits it as %s', (ip, address, limitKey) => {
  expect(clientAddress(from(ip))).toBe(address);
  expect(addressLimitKey(from(ip))).toBe(limitKey);
});

it('has one rate-limit key for each /64', () => {
  const keys = ['2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff', '2001:db8:0:1::1'].map((ip) =>
    addressLimitKey(from(ip)),
  );
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
});

it.each([
  ['203.0.113.7', ['203.0.113.7']],
  ['::ffff:203.0.113.7', ['203.0.113.7']],
  ['junk', ['10.0.0.1']],
  ['2001:db8:1:2345:6:7:8:9', ['2001:db8:1:2345::/64', '2001:db8:1:2300::/56', '2001:db8:1::/48']],
  ['2001:db8::ff:1:0:0:1', ['2001:db8:0:ff::/64', '2001:db8::/56', '2001:db8::/48']],
  ['::1', ['::/64', '::/56', '::/48']],
])('counts failed attempts of %s in %j', (ip, networks) => {
  expect(addressNetworks(from(ip, '::ffff:10.0.0.1'))).toEqual(networks);
  expect(addressNetworks(from(ip, '::ffff:10.0.0.1'))[0]).toBe(addressLimitKey(from(ip, '::ffff:10.0.0.1')));
});

it.each([
  '',
  'unknown',
  '_hidden',
  '203.0.113.7:http',
  '203.0.113.7:123456',
  '203.0.113.7:80:80',
  '[::1',
  '::1]:80',
  '[]:80',
  ':80',
  '[[::1]]',
  '256.1.1.1',
  '1',
  '010.0.0.1',
  '0x7f.1',
  "' OR 1=1",
  'a'.repeat(9_999),
])('uses the address of the connection instead of "%s"', (junk) => {
  expect(clientAddress(from(junk, '::ffff:10.0.0.1'))).toBe('10.0.0.1');
  expect(addressLimitKey(from(junk, '::ffff:10.0.0.1'))).toBe('10.0.0.1');
});

it('is `unknown` after the connection has closed', () => {
  expect(clientAddress(from('junk'))).toBe('unknown');
  expect(addressLimitKey(from('junk', 'junk'))).toBe('unknown');
});

it('never exceeds the length of the database column', () => {
  const longest = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255';
  for (const ip of [longest, `fe80::1%${'z'.repeat(100)}`])
    expect(clientAddress(from(ip)).length).toBeLessThanOrEqual(45);
});
