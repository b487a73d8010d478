export * from './admin.module.js';
export * from './dto/bulk-revocation.dto.js';
export * from './dto/create-user.dto.js';
export * from './dto/list-all-api-keys.query.js';
export * from './dto/list-users.query.js';
export * from './dto/update-user.dto.js';
export * from './stats.service.js';
