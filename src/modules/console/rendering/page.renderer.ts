import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { GuardedRequest } from '../../../common/access/index.js';
import { Clock } from '../../../common/clock.js';
import { redactKeys } from '../../../common/text/redact-keys.js';
import { ErrorLogger } from '../../../common/errors/index.js';
import { loggedRequest, type HttpResponse } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { AssetsService } from '../assets/assets.service.js';
import { compress, negotiateEncoding } from '../assets/encoding.js';
import { languageTag, translator } from '../i18n/languages.js';
import { timeZoneOf } from '../i18n/time-zone-cookie.js';
import { localizedPath, splitLanguage } from '../i18n/localized-path.js';
import { LocaleFormats } from './formats.js';
import { clearedNotice, hasNotice, noticeCookie, noticeOf } from './notice.js';
import { CurrentPage, type PageContext } from './page-context.js';
import { toLocation, type Page, type SeeOther } from './page.js';
import { varyHeader } from './vary.js';
import { ViewerService } from './viewer.service.js';

/**
 * The maximum number of languages and time zones whose formats are cached. The formats of one need 0.15 MB, and there are
 * hundreds of time zones.
 */
const MAX_FORMATS = 50;

/** Turns pages into HTML responses. */
@Injectable()
export class PageRenderer {
  private readonly formats = new LRUCache<string, LocaleFormats>({ max: MAX_FORMATS });

  constructor(
    private readonly assets: AssetsService,
    private readonly viewers: ViewerService,
    private readonly clock: Clock,
    private readonly settings: Settings,
    private readonly log: ErrorLogger,
  ) {}

  /**
   * Sets the status and headers of a page, and returns its body.
   * @param language the language of the page. By default, it is the language of the path.
   */
  async render(
    request: GuardedRequest,
    response: HttpResponse,
    page: Page,
    language = splitLanguage(request.url).language,
  ): Promise<Buffer> {
    if (page.error) this.log.report(page.error, loggedRequest(request, page.status));
    const context = await this.contextOf(request, page, language);
    const html = `<!doctype html>${renderToString(h(CurrentPage.Provider, { value: context }, page.content))}`;
    const encoding = negotiateEncoding(request.headers['accept-encoding']);
    response
      .code(page.status)
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Vary', varyHeader(request));
    if (encoding !== 'identity') response.header('Content-Encoding', encoding);
    for (const [name, value] of Object.entries(page.headers)) response.header(name, value);
    if (hasNotice(this.settings, request)) response.header('Set-Cookie', clearedNotice(this.settings));
    return compress(Buffer.from(html), encoding);
  }

  /** Sets the status and headers of a redirect, and returns its empty body. */
  redirect(request: GuardedRequest, response: HttpResponse, { path, options }: SeeOther): string {
    const { notice, cookies = [], language = splitLanguage(request.url).language } = options;
    response.code(303).header('Location', toLocation(localizedPath(language, path)));
    for (const cookie of notice ? [...cookies, noticeCookie(this.settings, notice)] : cookies)
      response.header('Set-Cookie', cookie);
    return '';
  }

  private async contextOf(request: GuardedRequest, { status }: Page, language: string): Promise<PageContext> {
    // After a server error, a query would probably fail too, and only delay the page.
    const viewer = status < 500 ? await this.viewers.find(request) : this.viewers.unverified(request);
    return {
      ...viewer,
      language,
      t: translator(language),
      format: this.formatsOf(language, timeZoneOf(request)),
      now: this.clock.now(),
      path: redactKeys(splitLanguage(request.url).path),
      notice: noticeOf(this.settings, request),
      isRegistrationOpen: this.settings.registration === 'open',
      hasDocs: this.settings.docs === 'on',
      asset: (name) => this.assets.url(name),
    };
  }

  /** Returns the formats from a cache, because creating them takes about a millisecond. */
  private formatsOf(language: string, timeZone: string | null): LocaleFormats {
    const id = `${language} ${timeZone ?? ''}`;
    const formats = this.formats.get(id) ?? new LocaleFormats(languageTag(language), timeZone);
    this.formats.set(id, formats);
    return formats;
  }
}
