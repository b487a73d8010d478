export * from './credentials.service.js';
export * from './dto/user-fields.js';
export * from './dto/user.dto.js';
export { UserEntity } from './user.entity.js';
export { isUserId, normalizeEmail, type User, type UserFigures } from './user.js';
export * from './users.errors.js';
export * from './users.module.js';
export type { UserFilter } from './users.repository.js';
export * from './users.service.js';
