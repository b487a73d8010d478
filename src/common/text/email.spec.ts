import { canonicalEmail, foldSearchText, emailsToLookUp } from './email.js';

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
])('normalizes "%s" to %s', (typed, email) => {
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
  ['a path after an international domain', 'ada@münchen.de/x'],
  ['a port after an international domain', 'ada@münchen.de:25'],
  ['percent-encoding in an international domain', 'ada@mün%63hen.de'],
  ['an empty Punycode label', 'ada@xn--.de'],
  ['an invalid Punycode label', 'ada@xn--mnchen.de'],
  ['an unnecessary Punycode label', 'ada@xn--abc-.de'],
  ['an empty label', 'ada@example..com'],
  ['a dot at the end', 'ada@example.com.'],
  ['a label that is too long', `ada@${'ü'.repeat(64)}.de`],
  ['a zero-width space', 'a\u200bda@example.com'],
  ['a soft hyphen before the @', 'a\u00adda@example.com'],
  ['a right-to-left override', 'a\u202eda@example.com'],
  ['a wide space', 'a\u3000da@example.com'],
  ['255 characters', `ada@${'x.'.repeat(124)}com`],
  ['100,000 characters', `${'a'.repeat(100_000)}@example.com`],
])('rejects %s', (_what, text) => expect(canonicalEmail(text)).toBeNull());

it('does not change an address that is canonical already', () => {
  for (let point = 0x80; point < 0x3000; point++) {
    const letter = String.fromCodePoint(point);
    for (const typed of [`a${letter}b@example.com`, `ada@m${letter}n.com`]) {
      const email = canonicalEmail(typed);
      if (email !== null) expect(canonicalEmail(email)).toBe(email);
    }
  }
});

it('looks up an account by the address in lower case, then by its canonical form', () => {
  expect(emailsToLookUp(' Ada@München.de')).toEqual(['ada@münchen.de', 'ada@xn--mnchen-3ya.de']);
  expect(emailsToLookUp('ADA@example.com')).toEqual(['ada@example.com']);
  expect(emailsToLookUp('no address')).toEqual(['no address']);
  expect(emailsToLookUp('a\ud800@example.com')).toEqual([]);
  expect(emailsToLookUp('a'.repeat(100_000))).toEqual([]);
});

it('searches by the canonical form of an address, and by other strings with folded case', () => {
  expect(foldSearchText('Ada@München.de')).toBe('ada@xn--mnchen-3ya.de');
  expect(foldSearchText('Ada@')).toBe('ada@');
  expect(foldSearchText('MÜLLER')).toBe('müller');
});
