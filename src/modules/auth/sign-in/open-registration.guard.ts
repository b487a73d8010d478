import { Injectable, type CanActivate } from '@nestjs/common';
import { SignInService } from './sign-in.service.js';

/** Closes sign-up before the request is validated. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly signIn: SignInService) {}

  /** Throws `registration_closed` unless everybody may sign up. */
  canActivate(): boolean {
    this.signIn.requireOpenRegistration();
    return true;
  }
}
