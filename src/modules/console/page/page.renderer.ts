import { Injectable } from '@nestjs/common';
import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { ErrorLog } from '../../../common/errors/index.js';
import { loggedCall, type IncomingCall, type OutgoingAnswer } from '../../../common/http/index.js';
import { hideKeys } from '../../../common/text/display-text.js';
import { AppConfig } from '../../../config/index.js';
import { visitorOf } from '../../auth/index.js';
import { Assets } from '../assets/assets.js';
import { compress, negotiateEncoding } from '../assets/encoding.js';
import { inLanguage, splitLanguage, translator } from '../languages.js';
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
    private readonly config: AppConfig,
  ) {}

  /** Writes status and fields of the answer and gives its body. @param language that of the path when missing. */
  async render(
    call: IncomingCall,
    answer: OutgoingAnswer,
    page: Page,
    language = splitLanguage(call.url).language,
  ): Promise<Buffer> {
    if (page.error) this.log.report(page.error, loggedCall(call, page.status));
    const context = this.contextOf(call, language);
    const html = `<!doctype html>${renderToString(h(PageContextProvider.Provider, { value: context }, page.content))}`;
    const encoding = negotiateEncoding(call.headers['accept-encoding']);
    answer.code(page.status).header('Content-Type', 'text/html; charset=utf-8').header('Vary', varyOf(call));
    if (encoding !== 'identity') answer.header('Content-Encoding', encoding);
    for (const [name, value] of Object.entries(page.headers)) answer.header(name, value);
    return compress(Buffer.from(html), encoding);
  }

  /** The same for a redirect. */
  redirect(call: IncomingCall, answer: OutgoingAnswer, { path, headers, language }: SeeOther): string {
    const location = inLanguage(language ?? splitLanguage(call.url).language, path);
    answer.code(303).header('Location', toLocation(location));
    for (const [name, value] of Object.entries(headers)) answer.header(name, value);
    return '';
  }

  private contextOf(call: IncomingCall, language: string): PageContext {
    return {
      language,
      t: translator(language),
      format: this.formatsOf(language),
      path: hideKeys(splitLanguage(call.url).path),
      principal: call.caller?.principal ?? null,
      hasSession: visitorOf(call, this.config).presentedToken !== null,
      isRegistrationOpen: this.config.registration === 'open',
      asset: (name) => this.assets.url(name),
    };
  }

  private formatsOf(language: string): Formats {
    const known = this.formats.get(language) ?? new Formats(language);
    this.formats.set(language, known);
    return known;
  }
}
