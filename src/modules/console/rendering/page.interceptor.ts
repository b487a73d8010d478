import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { mergeMap, of, type Observable } from 'rxjs';
import { getGuardedRequest } from '../../../common/access/index.js';
import { getResponse, type HttpRequest } from '../../../common/http/index.js';
import { hasNoLanguagePrefix, localizedPath, splitLanguage } from '../i18n/localized-path.js';
import { preferredLanguage } from '../i18n/preferred-language.js';
import { PageRenderer } from './page.renderer.js';
import { SeeOther, toLocation, type Page } from './page.js';
import { varyHeader } from './vary.js';

/** Renders the result of a page's handler, and redirects users to the page in their language. */
@Injectable()
export class PageInterceptor implements NestInterceptor {
  constructor(private readonly renderer: PageRenderer) {}

  intercept(context: ExecutionContext, next: CallHandler<Page | SeeOther>): Observable<unknown> {
    const request = getGuardedRequest(context);
    const response = getResponse(context);
    const redirect = pathInOtherLanguage(request);
    if (redirect !== null) {
      response.code(302).header('Location', toLocation(redirect)).header('Vary', varyHeader(request));
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

/**
 * Returns the path of the page in the preferred language. Returns `null` if no redirect is needed, because the path
 * has a language prefix or the page is already in the preferred language.
 */
function pathInOtherLanguage(request: HttpRequest): string | null {
  if (request.method !== 'GET' || !hasNoLanguagePrefix(request)) return null;
  const { language, path } = splitLanguage(request.url);
  const preferred = preferredLanguage(request);
  return preferred === language ? null : localizedPath(preferred, path);
}
