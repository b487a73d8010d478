import {
  Catch,
  Inject,
  Injectable,
  Optional,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { HttpRequest, HttpResponse } from './request.js';
import { isApiPath } from './api-path.js';
import { loggedRequest } from './logged-path.js';
import type { AppError } from '../errors/app-error.js';
import { ErrorLogger } from '../errors/error.logger.js';
import { PROBLEM_CONTENT_TYPE, toProblem } from '../errors/problem-document.js';
import { problemHeaders } from '../errors/problem-headers.js';
import { translateError } from '../errors/translate-error.js';

/**
 * The injection token of the error filter for URLs outside the API. The console provides this filter. Without a filter,
 * errors outside the API are also sent as problem documents.
 */
export const PAGE_ERROR_FILTER = Symbol('PAGE_ERROR_FILTER');

/**
 * The global error filter. It sends errors as problem documents (RFC 9457) and logs server errors. Errors outside the
 * API go to the filter for pages, if there is one.
 */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: ErrorLogger,
    @Optional() @Inject(PAGE_ERROR_FILTER) private readonly pageErrors: ExceptionFilter | null = null,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    if (this.pageErrors && !isApiPath(request.url)) return void this.pageErrors.catch(thrown, host);
    const error = translateError(thrown);
    this.log.report(error, loggedRequest(request, error.kind.status));
    sendProblem(error, request, http.getResponse<HttpResponse>());
  }
}

/** Sends an error as a problem document. */
export function sendProblem(error: AppError, request: HttpRequest, response: HttpResponse): void {
  for (const [name, value] of Object.entries(problemHeaders(error))) response.header(name, value);
  response
    .code(error.kind.status)
    .header('Content-Type', PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(toProblem(error, request.id)));
}
