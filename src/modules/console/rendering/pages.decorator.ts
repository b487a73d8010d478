import { applyDecorators, Controller, UseFilters, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { LANGUAGES } from '../i18n/languages.js';
import { localizedPath } from '../i18n/localized-path.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PageInterceptor } from './page.interceptor.js';

/**
 * Declares a controller with handlers that return a `Page` or `SeeOther`. The controller gets its path in every
 * language, and its errors are shown as pages.
 */
export const Pages = (path: string): ClassDecorator =>
  applyDecorators(
    Controller({
      path: LANGUAGES.map((language) => localizedPath(language, path)),
      version: VERSION_NEUTRAL,
    }),
    ApiExcludeController(),
    UseInterceptors(PageInterceptor),
    UseFilters(PageErrorFilter),
  );
