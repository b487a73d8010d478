import { Injectable } from '@nestjs/common';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { GuardedRequest } from '../../../common/access/index.js';
import { redactKeys } from '../../../common/text/redact-keys.js';
import { ErrorLogger } from '../../../common/errors/index.js';
import { loggedRequest, type HttpResponse } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { clientInfoOf } from '../../auth/index.js';
import { AssetsService } from '../assets/assets.service.js';
import { compress, negotiateEncoding } from '../assets/encoding.js';
import { languageTag, translator } from '../i18n/languages.js';
import { localizedPath, splitLanguage } from '../i18n/localized-path.js';
import { LocaleFormats } from './formats.js';
import { CurrentPage, type PageContext } from './page-context.js';
import { toLocation, type Page, type SeeOther } from './page.js';
import { varyHeader } from './vary.js';

/** Turns pages into HTML responses. */
@Injectable()
export class PageRenderer {
  private readonly formats = new Map<string, LocaleFormats>();

  constructor(
    private readonly assets: AssetsService,
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
    const context = this.contextOf(request, language);
    const html = `<!doctype html>${renderToString(h(CurrentPage.Provider, { value: context }, page.content))}`;
    const encoding = negotiateEncoding(request.headers['accept-encoding']);
    response
      .code(page.status)
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Vary', varyHeader(request));
    if (encoding !== 'identity') response.header('Content-Encoding', encoding);
    for (const [name, value] of Object.entries(page.headers)) response.header(name, value);
    return compress(Buffer.from(html), encoding);
  }

  /** Sets the status and headers of a redirect, and returns its empty body. */
  redirect(request: GuardedRequest, response: HttpResponse, { path, headers, language }: SeeOther): string {
    const location = localizedPath(language ?? splitLanguage(request.url).language, path);
    response.code(303).header('Location', toLocation(location));
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    return '';
  }

  private contextOf(request: GuardedRequest, language: string): PageContext {
    return {
      language,
      t: translator(language),
      format: this.formatsOf(language),
      path: redactKeys(splitLanguage(request.url).path),
      principal: request.auth?.principal ?? null,
      hasSession: clientInfoOf(request, this.settings).presentedToken !== null,
      isRegistrationOpen: this.settings.registration === 'open',
      hasDocs: this.settings.docs === 'on',
      asset: (name) => this.assets.url(name),
    };
  }

  private formatsOf(language: string): LocaleFormats {
    const formats = this.formats.get(language) ?? new LocaleFormats(languageTag(language));
    this.formats.set(language, formats);
    return formats;
  }
}
