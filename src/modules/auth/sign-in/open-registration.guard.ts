import { Injectable, type CanActivate } from '@nestjs/common';
import { Settings } from '../../../settings/index.js';
import { REGISTRATION_CLOSED } from '../auth.errors.js';

/** Throws `registration_closed` unless anybody may sign up. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(): boolean {
    if (this.settings.registration === 'open') return true;
    throw REGISTRATION_CLOSED.create();
  }
}
