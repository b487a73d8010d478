// Strings, bodies, headers and paths of the maximum accepted size, built to be expensive.

/** 100 KiB, minus room for the surrounding syntax. */
const BODY_BYTES = 102_300;
/** Node's limit for path and headers together is 16 KiB. */
const HEAD_BYTES = 14_500;

/** Builds all input from one source of numbers in [0, 1), so that a seed reproduces the same input. */
export class HeavyInput {
  constructor(private readonly random: () => number) {}

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }

  /** JSON for a route with these body fields. */
  json(fields: readonly string[]): string {
    const field = JSON.stringify(this.pick([...fields, 'x', 'toString']));
    const more = fields.map(
      (name) => `${JSON.stringify(name)}:${this.pick(['"x"', '0', 'null', '[]', '{}'])},`,
    );
    return this.pick<() => string>([
      () => `{${repeated((index) => `"${index.toString(36)}":0,`, BODY_BYTES)}"x":0}`,
      () => `{${repeated((index) => `"${index * 7_919}":0,`, BODY_BYTES)}"x":0}`,
      () => `{${field}:{${repeated((index) => `"${index.toString(36)}":0,`, BODY_BYTES - 50)}"x":0}}`,
      () => `{${more.join('')}${field}:[${filled(`${this.value()},`, BODY_BYTES - 500)}0]}`,
      () => `{${more.join('')}${field}:${this.nested(`[${filled('{},', BODY_BYTES - 1_500)}0]`)}}`,
      () => `{${field}:[${repeated((index) => `{"${index.toString(36)}":[]},`, BODY_BYTES - 50)}0]}`,
      () => `{${more.join('')}${field}:"${this.escapedText(BODY_BYTES - 500)}"}`,
      () => `{${more.join('')}${field}:"${this.escapedText(BODY_BYTES - 500)}"}`,
      () => `{${filled(`${field}:{"a":[0]},`, BODY_BYTES)}"x":0}`,
      () => `{"${filled('x', BODY_BYTES)}":0}`,
      () => `{${field}:${this.pick(['', '-', '0.', '1e'])}${filled('9', BODY_BYTES - 50)}}`,
      () =>
        filled(
          this.pick(['[', '{"a":', '[{"a":', ' ', '\n', '"', '\\', '0', '{', '"__proto__":{}']),
          BODY_BYTES,
        ),
      () => `${filled(' ', BODY_BYTES)}{}`,
      () => `{"a":"${filled('\\"__proto__\\" :', BODY_BYTES - 50)}"}`,
    ])();
  }

  /** A URL-encoded form with these fields. */
  form(fields: readonly string[]): string {
    const name = this.pick(fields);
    const others = fields
      .map((field) => `${field}=${this.pick(['', 'x', 'yes', 'ids', 'filter', '1'])}&`)
      .join('');
    return this.pick<() => string>([
      () => repeated((index) => `${index.toString(36)}=&`, BODY_BYTES),
      () =>
        filled(
          this.pick(['&', '=', 'a&', `${name}=&`, '=&', '%', '%4', '+', '%26', '%f0%9f%94%91&']),
          BODY_BYTES,
        ),
      () => others + repeated((index) => `ids=${index}&`, 20_000),
      () => `${others}${name}=${encodeURIComponent(this.text(11_000))}`,
      () => `${others}${name}=${this.text(30_000).replaceAll(/[&+%#]/g, '/')}`,
      () =>
        `${others}${name}=${filled(this.pick(['/', '/a/..', '<', '%2f', '//', '\\', '%0a', '_']), BODY_BYTES - 2_000)}`,
    ])();
  }

  /** One header of the maximum size. */
  header(): Record<string, string> {
    const name = this.pick([
      'Accept', 'Accept-Encoding', 'Accept-Language', 'Access-Control-Request-Headers', 'Authorization', 'Cookie',
      'Content-Encoding', 'Content-Type', 'Forwarded', 'Idempotency-Key', 'If-None-Match', 'Origin', 'Range', 'Referer',
      'Sec-Fetch-Site', 'Traceparent', 'User-Agent', 'X-API-Key', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Other',
    ]); // prettier-ignore
    const unit = this.pick([
      ',', ';', ' ', '\t', '"', '%41', '%', 'a', 'a,', 'a;', 'a=b;', 'a=b; ', 'a;q=1,', 'a-', 'a1', '_', 'a_', '/', 'a/b,',
      '.', ':', '1.1.1.1,', '::1, ', '\\"', '=', '*', 'chameleon_session=x;', 'chameleon_language=zh;', 'é', 'ab12_',
    ]); // prettier-ignore
    const [start, end] = [
      this.pick(['', 'a', 'application/json;', 'http://', '"']),
      this.pick(['', 'x', '!', '=', '/']),
    ];
    return { [name]: `${start}${filled(unit, HEAD_BYTES)}${end}` };
  }

  /** As many headers as fit. */
  manyHeaders(): Record<string, string> {
    return Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`x-${index.toString(36)}`, 'a']));
  }

  /** The path with a long part: in place of `{…}`, at its end, or in its query. */
  path(path: string, fields: readonly string[]): string {
    const long = filled(
      this.pick([
        'a', 'a1', 'ab12_', '/', '/a', '/..', '/a/..', '/.', '%2f', '%41', '%e4%b8%ad', ';', '-', '_', '.', '%2e', '//', '0',
        '%5f', '%ff', '%', '~', ':', '@', ',', '+',
      ]),
      HEAD_BYTES - path.length - 100,
    ); // prettier-ignore
    return this.pick<() => string>([
      () => (path.includes('{') ? path.replaceAll(/\{\w+\}/g, () => long.slice(0, 5_000)) : `${path}${long}`),
      () => `${path.replaceAll(/\{\w+\}/g, 'a')}${long}${this.pick(['', 'x', '/'])}`,
      () => `${path.replaceAll(/\{\w+\}/g, 'a')}?${this.pick(fields)}=${long}`,
      () =>
        `${path.replaceAll(/\{\w+\}/g, 'a')}?${repeated((index) => `${index.toString(36)}=&`, HEAD_BYTES - 200)}`,
      () => `${path.replaceAll(/\{\w+\}/g, 'a')}?${filled(`${this.pick(fields)}=a&`, HEAD_BYTES - 200)}`,
      () => `${filled('/', HEAD_BYTES - 200)}${path.replaceAll(/\{\w+\}/g, 'a')}`,
    ])();
  }

  /** A string that is expensive to normalise, search or compare. */
  private text(length: number): string {
    const mark = () => String.fromCharCode(0x300 + Math.floor(this.random() * 0x4f));
    if (this.random() < 0.4) return Array.from({ length }, mark).join('');
    return filled(
      this.pick([
        'a', ' ', 'a ', 'a1', 'ab12_', '@', 'a@', 'a.', 'xn--', '.', 'İ', 'ß', '한', 'é', '\u0301\u0315', '\u200b', '\u200e',
        '👩‍🚀', '<', '&', '"', '/', '\\', '0', '2026-01-01T', ':', '-', '_', '(', '"a"@', '\u3164', '\u202e',
      ]),
      length,
    ); // prettier-ignore
  }

  private escapedText(bytes: number): string {
    if (this.random() < 0.3) {
      const unit = this.pick([
        '\\u0000',
        '\\ud800',
        '\\udc00',
        '\\n',
        '\\"',
        '\\\\',
        '\\u0041',
        '\\/',
        '\\ud83d\\ude00',
      ]);
      return filled(unit, bytes);
    }
    const text = JSON.stringify(this.text(bytes / 2)).slice(1, -1);
    return Buffer.byteLength(text) <= bytes ? text : '';
  }

  private value(): string {
    return this.pick(['0', '{}', '[]', '""', 'null', '"x"', '{"a":1}', '[[]]', '1e300', '"000000000000"']);
  }

  private nested(inner: string): string {
    const depth = 95;
    return this.pick([
      `${'{"a":'.repeat(depth)}${inner}${'}'.repeat(depth)}`,
      `${'['.repeat(depth)}${inner}${']'.repeat(depth)}`,
    ]);
  }
}

/** Repeats the unit as often as it fits. */
const filled = (unit: string, bytes: number): string =>
  unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)));

function repeated(unit: (index: number) => string, bytes: number): string {
  const parts: string[] = [];
  for (let index = 0, size = 0; ; index++) {
    const part = unit(index);
    size += part.length;
    if (size > bytes) return parts.join('');
    parts.push(part);
  }
}
