import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { mergeMap, of, type Observable } from 'rxjs';
import { answerOf, callOf, type IncomingCall } from '../../../common/http/index.js';
import { inLanguage, splitLanguage, wantedLanguage } from '../languages.js';
import { chosenLanguage } from './language-cookie.js';
import { isUnprefixed, varyOf } from './vary.js';
import { PageRenderer } from './page.renderer.js';
import { SeeOther, toLocation, type Page } from './page.js';

/** Renders what a page's handler answers with, and leads visitors to the pages in their language. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<Page | SeeOther>): Observable<unknown> {
    const call = callOf(context);
    const answer = answerOf(context);
    const elsewhere = otherLanguage(call);
    if (elsewhere !== null) {
      answer.code(302).header('Location', toLocation(elsewhere)).header('Vary', varyOf(call));
      return of('');
    }
    return next
      .handle()
      .pipe(
        mergeMap((result) =>
          result instanceof SeeOther
            ? of(this.renderer.redirect(call, answer, result))
            : this.renderer.render(call, answer, result),
        ),
      );
  }
}

/** Where the page is in the language that the visitor wants, when the call does not name one; else `null`. */
function otherLanguage(call: IncomingCall): string | null {
  const { language, path } = splitLanguage(call.url);
  if (call.method !== 'GET' || !isUnprefixed(call)) return null;
  const wanted = wantedLanguage(chosenLanguage(call), call.headers['accept-language']);
  return wanted === language ? null : inLanguage(wanted, path);
}
