export * from './auth.errors.js';
export * from './auth.module.js';
export * from './authentication.guard.js';
export * from './cross-site.guard.js';
export * from './dto/change-password.dto.js';
export * from './dto/update-me.dto.js';
export {
  cookieNameWithPort,
  isCookieSecure,
  sessionCookie,
  sessionCookieName,
} from './sessions/session-cookie.js';
export * from './sessions/session.authenticator.js';
export { SessionEntity } from './sessions/session.entity.js';
export * from './sessions/sessions.module.js';
export * from './sessions/sessions.service.js';
export * from './sign-in/client-info.js';
export * from './sign-in/dto/sign-in.dto.js';
export * from './sign-in/dto/sign-up.dto.js';
export * from './sign-in/open-registration.guard.js';
export * from './sign-in/password-reset.service.js';
export * from './sign-in/sign-in.service.js';
export * from './usage.guard.js';
