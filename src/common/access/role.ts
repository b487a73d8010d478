export const ROLES = ['standard', 'premium', 'admin'] as const;
/** A role determines what a user may do and which rate limit applies. */
export type Role = (typeof ROLES)[number];

export const USER_STATUSES = ['active', 'suspended'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];
