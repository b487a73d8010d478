import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { StrictValidationPipe } from './validation.pipe.js';
import { isApiPath } from '../http/api-path.js';
import { getRequest } from '../http/request.js';

class NoFields {}

/**
 * Refuses fields in the body of REST routes that read none, as others refuse unknown ones. A route reads its body
 * by `@Body()`; the pages' forms may bring fields that nobody reads.
 */
@Injectable()
export class EmptyBodyGuard implements CanActivate {
  private readonly pipe = new StrictValidationPipe();
  private readonly known = new WeakMap<object, boolean>();

  /** Throws `validation_failed`. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = getRequest(context);
    if (request.body === undefined || this.readsBody(context) || !isApiPath(request.url)) return true;
    return this.refuseFields(request.body);
  }

  private async refuseFields(body: unknown): Promise<true> {
    await this.pipe.transform(body, { type: 'body', metatype: NoFields });
    return true;
  }

  private readsBody(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let reads = this.known.get(handler);
    if (reads === undefined)
      this.known.set(handler, (reads = hasBodyParameter(context.getClass(), handler.name)));
    return reads;
  }
}

/** Nest keeps the parameters of a method as `<kind>:<index>`. */
function hasBodyParameter(controller: Type, method: string): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined;
  return Object.keys(parameters ?? {}).some((name) => name.startsWith(`${RouteParamtypes.BODY}:`));
}
