import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import {
  loggedRequest,
  sendProblem,
  type HttpRequest,
  type HttpResponse,
} from '../../../common/http/index.js';
import {
  ErrorLogger,
  NOT_FOUND,
  problemHeaders,
  translateError,
  type AppError,
} from '../../../common/errors/index.js';
import { CREDENTIALS_MISSING, PASSWORD_CHANGE_REQUIRED, SESSION_EXPIRED } from '../../auth/index.js';
import { MAX_NEXT_LENGTH } from '../forms/next-path.js';
import { hasNoLanguagePrefix, splitLanguage } from '../i18n/localized-path.js';
import { preferredLanguage } from '../i18n/preferred-language.js';
import { ErrorPage } from './error.page.js';
import { PageRenderer } from './page.renderer.js';
import { Page, SeeOther, withQuery } from './page.js';

/** Shows errors in `@Pages` controllers as HTML pages. It also handles errors on all other paths outside the API. */
@Catch()
@Injectable()
export class PageErrorFilter implements ExceptionFilter {
  constructor(
    private readonly renderer: PageRenderer,
    private readonly log: ErrorLogger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.getArgByIndex<HttpRequest>(0);
    const response = host.getArgByIndex<HttpResponse>(1);
    const error = this.report(thrown, request);
    this.show(error, request, response).catch((cause: unknown) => {
      // The failed page may have set these headers. They are wrong for the problem document that replaces the page.
      for (const name of ['location', 'content-encoding']) response.removeHeader(name);
      sendProblem(this.report(cause, request), request, response);
    });
  }

  private report(thrown: unknown, request: HttpRequest): AppError {
    const error = translateError(thrown);
    this.log.report(error, loggedRequest(request, error.kind.status));
    return error;
  }

  private async show(error: AppError, request: HttpRequest, response: HttpResponse): Promise<void> {
    const redirect = redirectFor(error, request);
    if (redirect) return void response.send(this.renderer.redirect(request, response, redirect));
    const page = new Page(
      <ErrorPage error={error} requestId={request.id} />,
      error.kind.status,
      problemHeaders(error),
    );
    response.send(await this.renderer.render(request, response, page, languageOf(request)));
  }
}

/**
 * Returns the redirect for an error, or `null` if the error needs none. The target is the path without trailing
 * slashes, the sign-in page or the password page.
 */
function redirectFor({ kind }: AppError, { url, method }: HttpRequest): SeeOther | null {
  const { path } = splitLanguage(url);
  const trimmed = withoutTrailingSlashes(url);
  if (kind === NOT_FOUND && method === 'GET' && trimmed !== null)
    return new SeeOther(splitLanguage(trimmed).path);
  const next = path.length <= MAX_NEXT_LENGTH ? path : null;
  if (kind === CREDENTIALS_MISSING) return new SeeOther(withQuery('/sign-in', { next }));
  if (kind === SESSION_EXPIRED)
    return new SeeOther(withQuery('/sign-in', { next }), { notice: { code: 'sessionEnded' } });
  if (kind === PASSWORD_CHANGE_REQUIRED) return new SeeOther(withQuery('/account/password', { next }));
  return null;
}

/**
 * Returns the URL without slashes at the end of its path, or `null` if there are none. A regular expression would be
 * too slow: it would search each run of slashes again from every position, which takes 0.4 s for a long path.
 */
function withoutTrailingSlashes(url: string): string | null {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return end === 0 || end === path.length ? null : path.slice(0, end) + url.slice(path.length);
}

/**
 * Returns the language of the path. For a GET request without a language prefix, it returns the preferred language,
 * because error pages don't redirect to another language.
 */
const languageOf = (request: HttpRequest): string =>
  request.method === 'GET' && hasNoLanguagePrefix(request)
    ? preferredLanguage(request)
    : splitLanguage(request.url).language;
