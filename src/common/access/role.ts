export const ROLES = ['standard', 'premium', 'admin'] as const;
/** What a user may do, and how often. */
export type Role = (typeof ROLES)[number];

export const USER_STATUSES = ['active', 'suspended'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];
