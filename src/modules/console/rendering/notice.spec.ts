import { clearedNotice, hasNotice, noticeCookie, noticeOf, type Notice } from './notice.js';

const NOTICE: Notice = { code: 'keyRevoked', params: { name: '移动应用' } };
const servers = ['https://keys.example.com', 'http://localhost:3000', 'http://localhost:4000'];

const requestWith = (cookie: string) => ({ headers: { cookie: cookie.split(';')[0]! } });

it.each(servers)('is read by the server that set it, %s', (publicUrl) => {
  const request = requestWith(noticeCookie({ publicUrl }, NOTICE));
  expect(noticeOf({ publicUrl }, request)).toEqual(NOTICE);
});

it('is not read by a server on another port of the same host', () => {
  const request = requestWith(noticeCookie({ publicUrl: 'http://localhost:4000' }, NOTICE));
  for (const publicUrl of ['http://localhost:3000', 'http://localhost:4001']) {
    expect(hasNotice({ publicUrl }, request)).toBe(false);
    expect(noticeOf({ publicUrl }, request)).toBeNull();
  }
});

it('is deleted with the same name', () => {
  expect(clearedNotice({ publicUrl: 'http://localhost:4000' })).toMatch(
    /^chameleon_notice_4000=; Max-Age=0;/,
  );
});
