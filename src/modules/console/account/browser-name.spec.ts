import { browserNameOf } from './browser-name.js';

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

it.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`, 'Chrome 156', 'Linux'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36`, 'Chrome 156', 'Android'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`,
    'Microsoft Edge 156',
    'Windows',
  ],
  [
    `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet 29',
    'Android',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0',
    'Firefox 150',
    'Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
    'Safari 26',
    'macOS',
  ],
  [`${IPHONE} CriOS/142.0.7444.148 Mobile/15E148 Safari/604.1`, 'Chrome 142', 'iOS'],
  [`${IPHONE} Version/26.0 Mobile/15E148 Safari/604.1`, 'Safari 26', 'iOS'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`,
    'Opera 125',
    'Windows',
  ],
  ['Chrome/abc', 'Chrome', null],
  [`Chrome/${'9'.repeat(30)}`, 'Chrome', null],
])('reads %s', (userAgent, browser, system) => expect(browserNameOf(userAgent)).toEqual({ browser, system }));

it.each([null, '', 'curl/8.5.0', 'node', 'Mozilla/5.0', 'x'.repeat(400), '\u0000', '()(('])(
  'finds no browser in %j',
  (userAgent) => expect(browserNameOf(userAgent)).toBeNull(),
);
