import { Injectable, type CanActivate } from '@nestjs/common';
import { Settings } from '../../../settings/index.js';
import { REGISTRATION_CLOSED } from '../auth.errors.js';

/** Throws `registration_closed` unless registration is open. */
export function requireOpenRegistration({ registration }: Pick<Settings, 'registration'>): void {
  if (registration !== 'open') throw REGISTRATION_CLOSED.create();
}

/** Denies sign-up while registration is closed, before the request is validated. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(): boolean {
    requireOpenRegistration(this.settings);
    return true;
  }
}
