import { Catch, Injectable, type ArgumentsHost } from '@nestjs/common';
import { type HttpRequest, type HttpResponse, ProblemFilter, isApiPath } from '../../../common/http/index.js';
import { NOT_FOUND, problemHeaders, translateError, type AppError } from '../../../common/errors/index.js';
import { CREDENTIALS_MISSING, PASSWORD_CHANGE_REQUIRED, SESSION_EXPIRED } from '../../auth/index.js';
import { splitLanguage, preferredLanguage } from '../languages.js';
import { ErrorPage } from './error-page.js';
import { chosenLanguage } from './language-cookie.js';
import { MAX_NEXT_LENGTH } from './next.js';
import { PageRenderer } from './page.renderer.js';
import { Page, SeeOther, withQuery } from './page.js';
import { isUnprefixed } from './vary.js';

/** Renders every error: as a problem document for the API, by path, and for people as a page. */
@Catch()
@Injectable()
export class ErrorFilter extends ProblemFilter {
  constructor(private readonly renderer: PageRenderer) {
    super();
  }

  override catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.getArgByIndex<HttpRequest>(0);
    if (isApiPath(request.url)) return super.catch(thrown, host);
    const error = translateError(thrown);
    this.report(error, request);
    const response = host.getArgByIndex<HttpResponse>(1);
    this.showPage(error, request, response).catch((cause: unknown) => {
      // What the page would have needed must not spoil the plain answer that comes instead.
      for (const name of ['location', 'content-encoding']) response.removeHeader(name);
      super.catch(cause, host);
    });
  }

  private async showPage(error: AppError, request: HttpRequest, response: HttpResponse): Promise<void> {
    const elsewhere = wayOn(error, request);
    if (elsewhere) return void response.send(this.renderer.redirect(request, response, elsewhere));
    const page = new Page(
      <ErrorPage error={error} requestId={request.id} />,
      error.kind.status,
      problemHeaders(error),
    );
    response.send(await this.renderer.render(request, response, page, languageOf(request)));
  }
}

/** Where a visitor is led to put it right, and from there back to where they wanted to go. */
function wayOn({ kind }: AppError, { url, method }: HttpRequest): SeeOther | null {
  const { path } = splitLanguage(url);
  const bare = withoutSlashesAtTheEnd(url);
  if (kind === NOT_FOUND && method === 'GET' && bare !== null) return new SeeOther(splitLanguage(bare).path);
  const next = path.length <= MAX_NEXT_LENGTH ? path : null;
  if (kind === CREDENTIALS_MISSING) return new SeeOther(withQuery('/sign-in', { next }));
  if (kind === SESSION_EXPIRED)
    return new SeeOther(withQuery('/sign-in', { next, notice: 'session_expired' }));
  if (kind === PASSWORD_CHANGE_REQUIRED) return new SeeOther(withQuery('/account/password', { next }));
  return null;
}

/**
 * The URL without slashes at the end of its path, or `null` when there are none to leave out.
 * Trap: an expression for it would try every run of slashes from every start, 0.4 s for a long path.
 */
function withoutSlashesAtTheEnd(url: string): string | null {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return end === 0 || end === path.length ? null : path.slice(0, end) + url.slice(path.length);
}

/** That of the path; where it names none, what the visitor wants, since an error leads nowhere else. */
function languageOf(request: HttpRequest): string {
  if (request.method !== 'GET' || !isUnprefixed(request)) return splitLanguage(request.url).language;
  return preferredLanguage(chosenLanguage(request), request.headers['accept-language']);
}
