import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface PageResponse {
  readonly status: number;
  readonly firstByteMs: number;
  /** `null` for anything but HTML. */
  readonly html: string | null;
}

/** Requests pages as one user, over a new connection each time. The server could close an old one in between. */
export class PageClient {
  constructor(
    /** For the results, for example `an admin`. */
    readonly name: string,
    private readonly port: number,
    private readonly cookie: string,
  ) {}

  async get(path: string): Promise<PageResponse> {
    const sentAt = performance.now();
    const response = await this.send(path);
    const firstByteMs = performance.now() - sentAt;
    const isHtml = /^text\/html/.test(response.headers['content-type'] ?? '');
    // An export can be long, and is not a page.
    if (!isHtml) response.destroy();
    return { status: response.statusCode!, firstByteMs, html: isHtml ? await text(response) : null };
  }

  private send(path: string): Promise<IncomingMessage> {
    const headers = { Accept: 'text/html', Cookie: this.cookie };
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: this.port, path, headers, agent: false }, resolve).on('error', reject);
    });
  }
}
