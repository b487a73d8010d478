import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { CROSS_SITE_REQUEST } from '../../common/errors/index.js';
import { callOf, type IncomingCall } from '../../common/http/index.js';
import { AppConfig } from '../../config/index.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Keeps other sites from using a person's browser: contract.md, section 1. */
@Injectable()
export class CrossSiteGuard implements CanActivate {
  constructor(private readonly config: AppConfig) {}

  /** Throws `cross_site_request`. */
  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = callOf(context);
    if (SAFE_METHODS.has(method) || headers['x-api-key'] || this.isOwnSite(headers)) return true;
    throw CROSS_SITE_REQUEST.create();
  }

  private isOwnSite(headers: IncomingCall['headers']): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined) return site === 'same-origin' || site === 'none';
    const { origin, host } = headers;
    if (origin === undefined) return true;
    return origin === this.config.publicUrl || origin === `http://${host}` || origin === `https://${host}`;
  }
}
