import { Injectable, type CanActivate, type ExecutionContext, type Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { StrictValidationPipe } from './validation.pipe.js';
import { isApiPath } from '../http/api-path.js';
import { getRequest } from '../http/request.js';

class NoFields {}

/**
 * Rejects requests with body fields if their REST route has no `@Body()` parameter. Without this guard, the route would
 * silently ignore the fields. Console routes are excluded, because forms may send fields that no route reads.
 */
@Injectable()
export class EmptyBodyGuard implements CanActivate {
  private readonly pipe = new StrictValidationPipe();
  private readonly hasBodyByHandler = new WeakMap<object, boolean>();

  /** Throws `validation_failed` if the body has fields that the route does not read. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = getRequest(context);
    if (request.body === undefined || this.readsBody(context) || !isApiPath(request.url)) return true;
    return this.rejectFields(request.body);
  }

  private async rejectFields(body: unknown): Promise<true> {
    await this.pipe.transform(body, { type: 'body', metatype: NoFields });
    return true;
  }

  private readsBody(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let hasBody = this.hasBodyByHandler.get(handler);
    if (hasBody === undefined) {
      hasBody = hasBodyParameter(context.getClass(), handler.name);
      this.hasBodyByHandler.set(handler, hasBody);
    }
    return hasBody;
  }
}

/**
 * Returns whether the method has a `@Body()` parameter. Nest stores the metadata of parameters under names like
 * `<kind>:<index>`.
 */
function hasBodyParameter(controller: Type, method: string): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined;
  return Object.keys(parameters ?? {}).some((name) => name.startsWith(`${RouteParamtypes.BODY}:`));
}
