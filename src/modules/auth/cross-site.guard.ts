import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CROSS_SITE_REQUEST } from '../../common/errors/index.js';
import { getRequest, type HttpRequest } from '../../common/http/index.js';
import { Settings } from '../../settings/index.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Prevents other sites from using a signed-in user's browser: docs/api.md, "Requests from browsers". */
@Injectable()
export class CrossSiteGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  /** Throws `cross_site_request` if the request may come from another site. */
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = getRequest(context);
    if (SAFE_METHODS.has(method) || headers['x-api-key'] || this.isOwnSite(headers)) return true;
    throw CROSS_SITE_REQUEST.create();
  }

  private isOwnSite(headers: HttpRequest['headers']): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    const { origin, host } = headers;
    if (origin === undefined) return true;
    return origin === this.settings.publicUrl || origin === `http://${host}` || origin === `https://${host}`;
  }
}
