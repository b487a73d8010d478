import { Injectable, type CanActivate } from '@nestjs/common';
import { SignInService } from './sign-in.service.js';

/** Denies sign-up while registration is closed, before the request is validated. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly signIn: SignInService) {}

  /** Throws `registration_closed` unless registration is open. */
  canActivate(): boolean {
    this.signIn.requireOpenRegistration();
    return true;
  }
}
