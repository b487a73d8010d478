import { forwardedForProblem } from './forwarded-for.js';
import { addressBudget, addressNetworks, clientAddress } from './client-address.js';

const from = (ip: string, remoteAddress?: string) => ({ ip, socket: { remoteAddress } });

it.each([
  ['203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7', '203.0.113.7'],
  ['::FFFF:CB00:7107', '203.0.113.7', '203.0.113.7'],
  ['2001:DB8:0:0:1::9', '2001:db8::1:0:0:9', '2001:db8::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['::1', '::1', '::/64'],
  ['fe80::1%eth0', 'fe80::1', 'fe80::/64'],
  // As proxies write it that append the port.
  ['203.0.113.7:51001', '203.0.113.7', '203.0.113.7'],
  ['[2001:db8:1:2::9]:443', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['[::ffff:203.0.113.7]:65535', '203.0.113.7', '203.0.113.7'],
  ['[fe80::1%eth0]:80', 'fe80::1', 'fe80::/64'],
])('writes %s as %s and counts it as %s', (ip, address, budget) => {
  expect(clientAddress(from(ip))).toBe(address);
  expect(addressBudget(from(ip))).toBe(budget);
});

it('counts the addresses of one /64 together and those of another apart', () => {
  const budgets = ['2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff', '2001:db8:0:1::1'].map((ip) =>
    addressBudget(from(ip)),
  );
  expect(budgets[0]).toBe(budgets[1]);
  expect(budgets[2]).not.toBe(budgets[0]);
});

it.each([
  ['203.0.113.7', ['203.0.113.7']],
  ['::ffff:203.0.113.7', ['203.0.113.7']],
  ['junk', ['10.0.0.1']],
  ['2001:db8:1:2345:6:7:8:9', ['2001:db8:1:2345::/64', '2001:db8:1:2300::/56', '2001:db8:1::/48']],
  ['2001:db8::ff:1:0:0:1', ['2001:db8:0:ff::/64', '2001:db8::/56', '2001:db8::/48']],
  ['::1', ['::/64', '::/56', '::/48']],
])('counts the failures of %s in %j', (ip, networks) => {
  expect(addressNetworks(from(ip, '::ffff:10.0.0.1'))).toEqual(networks);
  expect(addressNetworks(from(ip, '::ffff:10.0.0.1'))[0]).toBe(addressBudget(from(ip, '::ffff:10.0.0.1')));
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
])('does not believe "%s" and takes the address of the connection', (junk) => {
  expect(clientAddress(from(junk, '::ffff:10.0.0.1'))).toBe('10.0.0.1');
  expect(addressBudget(from(junk, '::ffff:10.0.0.1'))).toBe('10.0.0.1');
});

it('says unknown when the connection is gone too', () => {
  expect(clientAddress(from('junk'))).toBe('unknown');
  expect(addressBudget(from('junk', 'junk'))).toBe('unknown');
});

it('never writes more than fits into the database', () => {
  const longest = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255';
  for (const ip of [longest, `fe80::1%${'z'.repeat(100)}`])
    expect(clientAddress(from(ip)).length).toBeLessThanOrEqual(45);
});

it.each([
  ['203.0.113.7', 1],
  ['junk, 203.0.113.7:51001', 1],
  ['junk, 203.0.113.7, 10.0.0.1', 2],
  // A proxy that appends nothing: the caller's own word stands first.
  ['203.0.113.7', 2],
  ['[2001:db8::1]:443 , ', 1],
  [' , ', 1],
  ['', 3],
])('takes %j with %d proxies for an address', (field, proxies) => {
  expect(forwardedForProblem(field, proxies)).toBeNull();
});

it.each([
  ['unknown', 1, 'unknown'],
  ['203.0.113.7, junk', 1, 'junk'],
  ['203.0.113.7, junk,,', 1, 'junk'],
  ['203.0.113.7, junk, 10.0.0.1', 2, 'junk'],
  ['junk, 10.0.0.1', 3, 'junk'],
  ['"', 1, '\\"'],
  ['chm_0123456789AB_CDEFGHIJKLMNOPQRSTUVWXYZabcdef2YuidN', 1, '[key]'],
  [`${'x'.repeat(61)}`, 1, 'x'.repeat(60)],
])('finds in %j with %d proxies that %s is none', (field, proxies, shown) => {
  expect(forwardedForProblem(field, proxies)).toContain(`names "${shown}", which is no IP address`);
});

it('says which setting is missing where no proxy is expected', () => {
  expect(forwardedForProblem('203.0.113.7', 0)).toMatch(/TRUST_PROXY is 0/);
});
