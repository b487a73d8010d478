import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { PASSWORD } from './app.js';
import type { DatabaseKind, TestDatabase } from './databases.js';
import { freePort, ServerProcess } from './server-process.js';

const CLIENTS = 6;
/** Pause between a client's requests, which leaves CPU time to the starting instance. */
const PAUSE_MS = 10;

interface RequestOutcome {
  readonly label: string;
  readonly status: number | string;
}

/** A load of parallel clients that records the outcome of every request. */
class Load {
  readonly requests: RequestOutcome[] = [];
  readonly created: string[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  private readonly clients: Promise<void>[];
  private isOver = false;

  constructor(
    private readonly port: number,
    private readonly key: string,
    private readonly cookie: string,
  ) {
    this.clients = Array.from({ length: CLIENTS }, (_, client) => this.run(client));
  }

  private async run(client: number): Promise<void> {
    for (let turn = 0; !this.isOver; turn++) {
      const asKey = { 'X-API-Key': this.key };
      await sleep(PAUSE_MS);
      await this.request('POST', '/api/v1/ping', asKey, { turn });
      await this.request('GET', '/api/v1/me', asKey);
      await this.request('GET', '/api-keys', { Cookie: this.cookie });
      if (turn % 10 > 0) continue;
      const headers = { ...asKey, 'Idempotency-Key': `${client}-${turn}` };
      const { id } = await this.request('POST', '/api/v1/api-keys', headers, { name: `${client} ${turn}` });
      if (id === undefined) continue;
      this.created.push(id);
      await this.request('POST', `/api/v1/api-keys/${id}/revoke`, asKey, {});
    }
  }

  /** Never throws: a missing response is recorded as a failure. */
  async request(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
  ): Promise<{ id?: string }> {
    const { agent, port } = this;
    const json = body === undefined ? undefined : JSON.stringify(body);
    const type =
      json === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': json.length };
    return new Promise((resolve) => {
      const label = `${method} ${path}`;
      const failed = (error: NodeJS.ErrnoException) => {
        this.requests.push({ label, status: error.code ?? error.message });
        resolve({});
      };
      const sent = request(
        { host: '127.0.0.1', port, agent, method, path, headers: { ...headers, ...type } },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += String(chunk)));
          response.once('error', failed);
          response.once('end', () => {
            this.requests.push({ label, status: response.statusCode! });
            resolve(response.statusCode === 201 ? (JSON.parse(text) as { id: string }) : {});
          });
        },
      );
      sent.once('error', failed);
      sent.end(json);
    });
  }

  /** Waits until each client has received more responses. */
  async waitForResponses(): Promise<void> {
    const enough = this.requests.length + 10 * CLIENTS;
    while (this.requests.length < enough) await sleep(20);
  }

  /** Stops the load and returns the requests without a 2xx status. */
  async end(): Promise<RequestOutcome[]> {
    this.isOver = true;
    await Promise.all(this.clients);
    this.agent.destroy();
    return this.requests.filter(({ status }) => typeof status === 'string' || status < 200 || status > 299);
  }
}

/** Two instances on one database, with a key and a session that work on both. */
export class Pair {
  private constructor(
    private readonly database: TestDatabase,
    private readonly drainSeconds: number,
    private readonly instances: ServerProcess[],
    private readonly key: string,
    private readonly cookie: string,
  ) {}

  static async start(kind: DatabaseKind, drainSeconds: number): Promise<Pair> {
    const database = await kind.create();
    const instances: ServerProcess[] = [];
    for (let count = 0; count < 2; count++)
      instances.push(await spawn(database, drainSeconds, await freePort()));
    const post = (path: string, body: object, headers = {}) =>
      fetch(`${instances[0]!.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const signedIn = await post('/auth/sign-in', { email: 'root@example.com', password: PASSWORD });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const created = await post('/api-keys', { name: 'Load' }, { Cookie: cookie });
    const { key } = (await created.json()) as { key: string };
    return new Pair(database, drainSeconds, instances, key, cookie);
  }

  get ports(): number[] {
    return this.instances.map(portOf);
  }

  /**
   * Restarts the instances one after the other while requests arrive at the port.
   * @param found lets the proxy notice that an instance is ready again.
   */
  async restartUnderLoad(port: number, found: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const load = new Load(port, this.key, this.cookie);
    await load.waitForResponses();
    for (const [index, instance] of this.instances.entries()) {
      expect(await instance.kill('SIGTERM')).toBe(0);
      this.instances[index] = await spawn(this.database, this.drainSeconds, portOf(instance));
      await found();
      await load.waitForResponses();
    }
    expect(await load.end()).toEqual([]);
    process.stderr.write(
      `${load.requests.length} calls during a rolling restart, ${load.created.length} keys created\n`,
    );

    expect(load.created.length).toBeGreaterThan(CLIENTS);
    for (const id of load.created) {
      const response = await fetch(`${this.instances[0]!.url}/api/v1/api-keys/${id}`, {
        headers: { 'X-API-Key': this.key },
      });
      expect(await response.json()).toMatchObject({ id, status: 'revoked' });
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.kill('SIGKILL')));
    await this.database.drop();
  }
}

const portOf = ({ url }: ServerProcess): number => Number(new URL(url).port);

async function spawn(database: TestDatabase, drainSeconds: number, port: number): Promise<ServerProcess> {
  const NO_LIMIT = '1000000000';
  const instance = await ServerProcess.spawn(tmpdir(), {
    PORT: String(port),
    // The same for both, because it determines the name of the session cookie.
    PUBLIC_URL: 'http://localhost',
    DATABASE_URL: database.url,
    ADMIN_EMAIL: 'root@example.com',
    ADMIN_PASSWORD: PASSWORD,
    BCRYPT_COST: '4',
    DRAIN_SECONDS: String(drainSeconds),
    RATE_LIMIT_ADMIN: NO_LIMIT,
    RATE_LIMIT_SESSION: NO_LIMIT,
    MAX_ACTIVE_KEYS_PER_USER: NO_LIMIT,
    TRUST_PROXY: '1',
    LOG_LEVEL: 'error',
  });
  return instance.ready();
}
