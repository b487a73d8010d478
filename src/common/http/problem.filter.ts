import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { HttpRequest, HttpResponse } from './request.js';
import { loggedCall } from './logged-path.js';
import type { AppError } from '../errors/app-error.js';
import { ErrorLog } from '../errors/error-log.js';
import { PROBLEM_CONTENT_TYPE, problemHeaders, toProblem } from '../errors/problem.js';
import { translateError } from '../errors/translate-error.js';

/** Renders every error of a route as a problem document (RFC 9457) and logs those that are our fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new ErrorLog();

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const response = http.getResponse<HttpResponse>();
    const error = translateError(thrown);
    this.report(error, request);
    for (const [name, value] of Object.entries(problemHeaders(error))) response.header(name, value);
    response
      .code(error.kind.status)
      .header('Content-Type', PROBLEM_CONTENT_TYPE)
      .send(JSON.stringify(toProblem(error, request.id)));
  }

  /** Logs an error that is our fault. */
  protected report(error: AppError, request: HttpRequest): void {
    this.log.report(error, loggedCall(request, error.kind.status));
  }
}
