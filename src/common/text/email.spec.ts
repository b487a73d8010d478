import { canonicalEmail, foldSearch, storedEmails } from './email.js';

it.each([
  [' Ada@Example.COM ', 'ada@example.com'],
  ['ada@localhost', 'ada@localhost'],
  ['ada@münchen.de', 'ada@xn--mnchen-3ya.de'],
  ['ADA@MÜNCHEN.DE', 'ada@xn--mnchen-3ya.de'],
  ['ada@mu\u0308nchen.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@XN--MNCHEN-3YA.de', 'ada@xn--mnchen-3ya.de'],
  ['ada@münchen\u3002de', 'ada@xn--mnchen-3ya.de'],
  ['ada@ｅｘａｍｐｌｅ.com', 'ada@example.com'],
  ['ada@ex\u00adample.com', 'ada@example.com'],
  ['ada@straße.de', 'ada@xn--strae-oqa.de'],
  ['ada@例え.jp', 'ada@xn--r8jz45g.jp'],
  ['Ame\u0301lie@example.com', 'amélie@example.com'],
  ['AMÉLIE@example.com', 'amélie@example.com'],
  ['\u03aa\u0301x@example.com', '\u0390x@example.com'],
  ['"a@b"@example.com', '"a@b"@example.com'],
  ['"ada"@example.com', 'ada@example.com'],
  ['"a\\da"@example.com', 'ada@example.com'],
  ['"a b"@example.com', '"a b"@example.com'],
  ['"a\\ b"@example.com', '"a b"@example.com'],
])('writes "%s" as %s', (typed, email) => {
  expect(canonicalEmail(typed)).toBe(email);
  expect(canonicalEmail(email)).toBe(email);
});

it.each([
  ['nothing', ''],
  ['no @', 'ada'],
  ['no local part', '@example.com'],
  ['no domain', 'ada@'],
  ['two @', 'a@b@example.com'],
  ['a lone surrogate', 'a\ud800@example.com'],
  ['a lone surrogate in quotes', '"\udc00"@example.com'],
  ['a lone surrogate in the domain', 'ada@\ud800.com'],
  ['a path', 'ada@example.com/x'],
  ['a path after a domain to be converted', 'ada@münchen.de/x'],
  ['a port after a domain to be converted', 'ada@münchen.de:25'],
  ['an escape in a domain to be converted', 'ada@mün%63hen.de'],
  ['a broken label', 'ada@xn--.de'],
  ['a label that stands for nothing', 'ada@xn--mnchen.de'],
  ['a label that needs no conversion', 'ada@xn--abc-.de'],
  ['an empty label', 'ada@example..com'],
  ['a dot at the end', 'ada@example.com.'],
  ['a label that is too long', `ada@${'ü'.repeat(64)}.de`],
  ['an invisible letter', 'a\u200bda@example.com'],
  ['a soft hyphen before the @', 'a\u00adda@example.com'],
  ['a direction', 'a\u202eda@example.com'],
  ['a wide space', 'a\u3000da@example.com'],
  ['255 characters', `ada@${'x.'.repeat(124)}com`],
  ['a book', `${'a'.repeat(100_000)}@example.com`],
])('takes %s for no address', (_what, text) => expect(canonicalEmail(text)).toBeNull());

it('has one form for whatever is typed', () => {
  for (let point = 0x80; point < 0x3000; point++) {
    const letter = String.fromCodePoint(point);
    for (const typed of [`a${letter}b@example.com`, `ada@m${letter}n.com`]) {
      const email = canonicalEmail(typed);
      if (email !== null) expect(canonicalEmail(email)).toBe(email);
    }
  }
});

it('looks for an account as it was typed first, then in the one form', () => {
  expect(storedEmails(' Ada@München.de')).toEqual(['ada@münchen.de', 'ada@xn--mnchen-3ya.de']);
  expect(storedEmails('ADA@example.com')).toEqual(['ada@example.com']);
  expect(storedEmails('no address')).toEqual(['no address']);
  expect(storedEmails('a\ud800@example.com')).toEqual([]);
  expect(storedEmails('a'.repeat(100_000))).toEqual([]);
});

it('searches for an address in its one form, and for everything else without case', () => {
  expect(foldSearch('Ada@München.de')).toBe('ada@xn--mnchen-3ya.de');
  expect(foldSearch('Ada@')).toBe('ada@');
  expect(foldSearch('MÜLLER')).toBe('müller');
});
