import Bowser from 'bowser';

/** The browser and operating system of a session, for example `Chrome 156` and `Linux`. */
export interface BrowserName {
  readonly browser: string;
  /** The operating system, or `null` if it is unknown. */
  readonly system: string | null;
}

/** Matches the major version. Longer numbers are no versions, because anyone can send any `User-Agent` header. */
const MAJOR_VERSION = /^\d{1,4}(?!\d)/;

/** Reads a `User-Agent` header. Returns `null` if it doesn't name a browser. */
export function browserNameOf(userAgent: string | null): BrowserName | null {
  if (!userAgent) return null;
  const { browser, os } = Bowser.parse(userAgent);
  if (!browser.name) return null;
  const [version] = MAJOR_VERSION.exec(browser.version ?? '') ?? [];
  // The name of the system follows, so the browser's name need not repeat it.
  const name = browser.name.replace(/ for Android$/, '');
  return { browser: version === undefined ? name : `${name} ${version}`, system: os.name ?? null };
}
