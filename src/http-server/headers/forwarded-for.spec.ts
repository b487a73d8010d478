import { forwardedForProblem } from './forwarded-for.js';

it.each([
  ['203.0.113.7', 1],
  ['junk, 203.0.113.7:51001', 1],
  ['junk, 203.0.113.7, 10.0.0.1', 2],
  // The header has fewer entries than there are proxies, so its first entry counts as the client's address.
  ['203.0.113.7', 2],
  ['[2001:db8::1]:443 , ', 1],
  [' , ', 1],
  ['', 3],
])('finds an address in %j behind %d proxies', (header, proxies) => {
  expect(forwardedForProblem(header, proxies)).toBeNull();
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
])('reports for %j behind %d proxies that %s is not an address', (header, proxies, shown) => {
  expect(forwardedForProblem(header, proxies)).toContain(`contains "${shown}", which is not an IP address`);
});

it('names the missing setting when a proxy is not configured', () => {
  expect(forwardedForProblem('203.0.113.7', 0)).toMatch(/TRUST_PROXY is 0/);
});
