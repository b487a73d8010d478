import { applyDecorators, Controller, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { localizedPath, LANGUAGES } from '../languages.js';
import { PageInterceptor } from './page.interceptor.js';

/** A controller whose handlers answer with a `Page` or `SeeOther`, below the path in every language. */
export const Pages = (path: string): ClassDecorator =>
  applyDecorators(
    Controller({
      path: LANGUAGES.map((language) => localizedPath(language, path)),
      version: VERSION_NEUTRAL,
    }),
    ApiExcludeController(),
    UseInterceptors(PageInterceptor),
  );
