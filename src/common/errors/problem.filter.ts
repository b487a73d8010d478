import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { IncomingCall, OutgoingAnswer } from '../http/incoming-call.js';
import { loggedCall } from '../http/logged-path.js';
import type { AppError } from './app-error.js';
import { ErrorLog } from './error-log.js';
import { PROBLEM_CONTENT_TYPE, problemHeaders, toProblem } from './problem.js';
import { translateError } from './translate-error.js';

/** Renders every error of a route as a problem document (RFC 9457) and logs those that are our fault. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new ErrorLog();

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<IncomingCall>();
    const answer = http.getResponse<OutgoingAnswer>();
    const error = translateError(thrown);
    this.report(error, request);
    for (const [name, value] of Object.entries(problemHeaders(error))) answer.header(name, value);
    answer
      .code(error.kind.status)
      .header('Content-Type', PROBLEM_CONTENT_TYPE)
      .send(JSON.stringify(toProblem(error, request.id)));
  }

  /** Logs an error that is our fault. */
  protected report(error: AppError, request: IncomingCall): void {
    this.log.report(error, loggedCall(request, error.kind.status));
  }
}
