export * from './passwords/passwords.service.js';
export * from './dto/user-fields.js';
export * from './dto/user.dto.js';
export * from './first-admin.module.js';
export * from './passwords/password-output.js';
export { TEMPORARY_PASSWORD_HOURS } from './passwords/temporary-password.js';
export * from './passwords/password-rules.service.js';
export { UserEntity } from './user.entity.js';
export {
  isPasswordExpired,
  isUserId,
  normalizeEmail,
  USER_SUBJECT,
  type User,
  type UserCounts,
} from './user.js';
export * from './users.errors.js';
export * from './users.module.js';
export type { UserFilter } from './users.repository.js';
export * from './users.service.js';
