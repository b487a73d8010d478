/** The groups of operations, in the order of the documentation. */
const TAGS: readonly { name: string; description: string }[] = [
  {
    name: 'API keys',
    description: 'Create, list, rename and revoke your own API keys, and see their usage.',
  },
  { name: 'Account', description: 'Manage your name, password and sessions, and see your rate limit.' },
  {
    name: 'Authentication',
    description: 'Sign up, sign in and sign out. In your applications, use an API key instead.',
  },
  {
    name: 'Admin',
    description: 'Manage users and their API keys, and get statistics. Requires the `admin` role.',
  },
  { name: 'Ping', description: 'Check that an API key works, or that your webhook can reach this service.' },
  {
    name: 'Health',
    description: 'Health checks for load balancers and monitoring. No authentication is required.',
  },
];

/**
 * Returns the tags that operations use, with their descriptions. Tags that are not in `TAGS`, for example from a new
 * module, come last.
 */
export function describeTags(used: readonly string[]): { name: string; description: string }[] {
  const known = TAGS.filter(({ name }) => used.includes(name));
  const unknown = [...new Set(used)].filter((name) => !TAGS.some((tag) => tag.name === name));
  return [...known, ...unknown.map((name) => ({ name, description: `Operations for ${name}.` }))];
}
