import { tmpdir } from 'node:os';
import { PASSWORD } from './app.js';
import { ServerProcess } from './server-process.js';

/** One of several server processes, with shortcuts for its REST API. */
export class Instance {
  private admin: Promise<Credential> | undefined;

  private constructor(private readonly process: ServerProcess) {}

  /** Resolves once the server is ready. Rejects with its output if it exits first. */
  static async start(env: Record<string, string>): Promise<Instance> {
    const process = await ServerProcess.spawn(tmpdir(), {
      ADMIN_EMAIL: 'root@example.com',
      ADMIN_PASSWORD: PASSWORD,
      BCRYPT_COST: '4',
      RATE_LIMIT_ANONYMOUS: '1000000',
      RATE_LIMIT_SESSION: '1000000',
      ...env,
    });
    return new Instance(await process.ready());
  }

  get url(): string {
    return this.process.url;
  }

  /** Stops the process. Returns the exit code, or `null` if the signal killed it. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    return this.process.kill(signal);
  }

  /** Sends a request to the REST API; paths start after `/api/v1`. */
  async request(method: string, path: string, as: Credential = {}, body?: object): Promise<ApiResponse> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...as, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : null) as Record<string, unknown>,
    };
  }

  /** Signs in and returns the credential of the new session. */
  async signIn(email: string, password = PASSWORD): Promise<Credential> {
    const response = await this.request('POST', '/auth/sign-in', {}, { email, password });
    const [cookie = ''] = response.headers.getSetCookie();
    return { Cookie: cookie.split(';')[0]! };
  }

  /** Creates a user with this role and number of keys. */
  async createCaller(
    role: string,
    keys = 1,
  ): Promise<{ id: string; email: string; keys: { id: string; key: string }[] }> {
    // One session for all calls, because sign-ins per address are limited.
    const admin = await (this.admin ??= this.signIn('root@example.com'));
    const email = `${crypto.randomUUID()}@example.com`;
    const user = await this.request('POST', '/admin/users', admin, {
      email,
      name: 'Somebody',
      role,
      password: PASSWORD,
    });
    const session = await this.signIn(email);
    const created: { id: string; key: string }[] = [];
    for (let i = 0; i < keys; i++) {
      const { body } = await this.request('POST', '/api-keys', session, { name: `Key ${i}` });
      created.push(body as { id: string; key: string });
    }
    return { id: user.body['id'] as string, email, keys: created };
  }
}

export type Credential = Record<string, string>;

export interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export const withKey = (key: string): Credential => ({ 'X-API-Key': key });
