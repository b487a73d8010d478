/** The groups of operations, in the order in which documentation shows them. */
const TAGS: readonly { name: string; description: string }[] = [
  {
    name: 'API keys',
    description: 'Create, list, rename and revoke your own API keys, and see their usage.',
  },
  { name: 'Account', description: 'The current user: name, password, sessions and rate limit.' },
  { name: 'Authentication', description: 'Sign up, sign in and sign out. Programs send an API key instead.' },
  { name: 'Admin', description: 'Users, everybody’s API keys and statistics. Requires the role `admin`.' },
  { name: 'Ping', description: 'Test an API key or a webhook connection.' },
  { name: 'Health', description: 'For load balancers and monitoring. Requires no credentials.' },
];

/** Describes the tags that operations use; unknown ones, such as those of a new module, come last. */
export function describeTags(used: readonly string[]): { name: string; description: string }[] {
  const known = TAGS.filter(({ name }) => used.includes(name));
  const unknown = [...new Set(used)].filter((name) => !TAGS.some((tag) => tag.name === name));
  return [...known, ...unknown.map((name) => ({ name, description: `Operations of ${name}.` }))];
}
