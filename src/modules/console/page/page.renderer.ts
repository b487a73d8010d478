import { Injectable } from '@nestjs/common';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { GuardedRequest } from '../../../common/access/index.js';
import { redactKeys } from '../../../common/text/redact-keys.js';
import { ErrorLog } from '../../../common/errors/index.js';
import { loggedCall, type HttpResponse } from '../../../common/http/index.js';
import { Settings } from '../../../settings/index.js';
import { clientInfoOf } from '../../auth/index.js';
import { Assets } from '../assets/assets.js';
import { compress, negotiateEncoding } from '../assets/encoding.js';
import { localizedPath, splitLanguage, translator } from '../languages.js';
import { Formats, PageContextProvider, type PageContext } from './page-context.js';
import { toLocation, type Page, type SeeOther } from './page.js';
import { varyOf } from './vary.js';

/** Turns pages into HTML and sends them. */
@Injectable()
export class PageRenderer {
  private readonly log = new ErrorLog();
  private readonly formats = new Map<string, Formats>();

  constructor(
    private readonly assets: Assets,
    private readonly settings: Settings,
  ) {}

  /** Writes status and fields of the answer and gives its body. @param language that of the path when missing. */
  async render(
    request: GuardedRequest,
    response: HttpResponse,
    page: Page,
    language = splitLanguage(request.url).language,
  ): Promise<Buffer> {
    if (page.error) this.log.report(page.error, loggedCall(request, page.status));
    const context = this.contextOf(request, language);
    const html = `<!doctype html>${renderToString(h(PageContextProvider.Provider, { value: context }, page.content))}`;
    const encoding = negotiateEncoding(request.headers['accept-encoding']);
    response
      .code(page.status)
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Vary', varyOf(request));
    if (encoding !== 'identity') response.header('Content-Encoding', encoding);
    for (const [name, value] of Object.entries(page.headers)) response.header(name, value);
    return compress(Buffer.from(html), encoding);
  }

  /** The same for a redirect. */
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
      asset: (name) => this.assets.url(name),
    };
  }

  private formatsOf(language: string): Formats {
    const known = this.formats.get(language) ?? new Formats(language);
    this.formats.set(language, known);
    return known;
  }
}
