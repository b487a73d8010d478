import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { mergeMap, of, type Observable } from 'rxjs';
import { getGuardedRequest } from '../../../common/access/index.js';
import { getResponse, type HttpRequest } from '../../../common/http/index.js';
import { localizedPath, splitLanguage, preferredLanguage } from '../languages.js';
import { chosenLanguage } from './language-cookie.js';
import { isUnprefixed, varyOf } from './vary.js';
import { PageRenderer } from './page.renderer.js';
import { SeeOther, toLocation, type Page } from './page.js';

/** Renders what a page's handler answers with, and leads visitors to the pages in their language. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<Page | SeeOther>): Observable<unknown> {
    const request = getGuardedRequest(context);
    const response = getResponse(context);
    const elsewhere = otherLanguage(request);
    if (elsewhere !== null) {
      response.code(302).header('Location', toLocation(elsewhere)).header('Vary', varyOf(request));
      return of('');
    }
    return next
      .handle()
      .pipe(
        mergeMap((result) =>
          result instanceof SeeOther
            ? of(this.renderer.redirect(request, response, result))
            : this.renderer.render(request, response, result),
        ),
      );
  }
}

/** Where the page is in the language that the visitor wants, when the call does not name one; else `null`. */
function otherLanguage(request: HttpRequest): string | null {
  const { language, path } = splitLanguage(request.url);
  if (request.method !== 'GET' || !isUnprefixed(request)) return null;
  const wanted = preferredLanguage(chosenLanguage(request), request.headers['accept-language']);
  return wanted === language ? null : localizedPath(wanted, path);
}
