import { Injectable, type CanActivate } from '@nestjs/common';
import { AppConfig } from '../../config/index.js';
import { REGISTRATION_CLOSED } from './auth.errors.js';

/** Throws `registration_closed` unless anybody may sign up. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly config: AppConfig) {}

  canActivate(): boolean {
    if (this.config.registration === 'open') return true;
    throw REGISTRATION_CLOSED.create();
  }
}
