import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Principal } from '../../../common/access/index.js';
import type { AssetName } from '../assets/assets.js';
import { localizedPath, type Translate } from '../languages.js';

/** What every component may need to know of the page that it stands in. */
export interface PageContext {
  readonly language: string;
  readonly t: Translate;
  readonly format: Formats;
  /** The page's path and query, without the language's prefix. */
  readonly path: string;
  /** Who looks at it; `null` on public pages. */
  readonly principal: Principal | null;
  /** Whether the browser brings a session along, which public pages do not look into. */
  readonly hasSession: boolean;
  readonly isRegistrationOpen: boolean;
  readonly asset: (name: AssetName) => string;
}

export const PageContextProvider = createContext<PageContext | null>(null);

/** The context, and links to other pages in the page's language. */
export function usePage(): PageContext & { link: (path: string) => string } {
  const page = useContext(PageContextProvider);
  if (!page) throw new Error('A component was rendered outside of a page');
  return { ...page, link: (path) => localizedPath(page.language, path) };
}

/** Numbers and times as the language writes them; times in UTC, as the server does not know the visitor's zone. */
export class Formats {
  private readonly numbers: Intl.NumberFormat;
  private readonly times: Intl.DateTimeFormat;

  constructor(language: string) {
    this.numbers = new Intl.NumberFormat(language);
    this.times = new Intl.DateTimeFormat(language, {
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: 'UTC',
      timeZoneName: 'short',
    });
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  time(at: Date): string {
    return this.times.format(at);
  }
}
