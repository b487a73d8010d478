import { Catch, Injectable, type ArgumentsHost } from '@nestjs/common';
import {
  NOT_FOUND,
  problemHeaders,
  ProblemFilter,
  translateError,
  type AppError,
} from '../../../common/errors/index.js';
import { isApiPath, type IncomingCall, type OutgoingAnswer } from '../../../common/http/index.js';
import { CREDENTIALS_MISSING, PASSWORD_CHANGE_REQUIRED, SESSION_EXPIRED } from '../../auth/index.js';
import { splitLanguage, wantedLanguage } from '../languages.js';
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
    const call = host.getArgByIndex<IncomingCall>(0);
    if (isApiPath(call.url)) return super.catch(thrown, host);
    const error = translateError(thrown);
    this.report(error, call);
    const answer = host.getArgByIndex<OutgoingAnswer>(1);
    this.showPage(error, call, answer).catch((cause: unknown) => {
      // What the page would have needed must not spoil the plain answer that comes instead.
      for (const name of ['location', 'content-encoding']) answer.removeHeader(name);
      super.catch(cause, host);
    });
  }

  private async showPage(error: AppError, call: IncomingCall, answer: OutgoingAnswer): Promise<void> {
    const elsewhere = wayOn(error, call);
    if (elsewhere) return void answer.send(this.renderer.redirect(call, answer, elsewhere));
    const page = new Page(
      <ErrorPage error={error} requestId={call.id} />,
      error.kind.status,
      problemHeaders(error),
    );
    answer.send(await this.renderer.render(call, answer, page, languageOf(call)));
  }
}

/** Where a visitor is led to put it right, and from there back to where they wanted to go. */
function wayOn({ kind }: AppError, { url, method }: IncomingCall): SeeOther | null {
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
function languageOf(call: IncomingCall): string {
  if (call.method !== 'GET' || !isUnprefixed(call)) return splitLanguage(call.url).language;
  return wantedLanguage(chosenLanguage(call), call.headers['accept-language']);
}
