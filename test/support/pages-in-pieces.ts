import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PIECES = 12;
/** Longer than a browser takes to paint the piece before. */
const PAUSE_MS = 40;

/** Passes requests on to a server, and its pages back in pieces, as on a slow network. */
export class PagesInPieces {
  private constructor(
    private readonly proxy: Server,
    readonly url: string,
  ) {}

  static async of(server: { url: string }): Promise<PagesInPieces> {
    const proxy = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers, 'accept-encoding': 'identity' };
      const sent = request(server.url + incoming.url!, { method: incoming.method!, headers }, (response) => {
        outgoing.writeHead(response.statusCode!, response.headers);
        const isPage = String(response.headers['content-type']).startsWith('text/html');
        if (!isPage) return void response.pipe(outgoing);
        response.toArray().then(
          (chunks) => sendInPieces(Buffer.concat(chunks as Buffer[])),
          (error: Error) => outgoing.destroy(error),
        );
      });
      sent.once('error', (error) => outgoing.destroy(error));
      incoming.pipe(sent);

      async function sendInPieces(page: Buffer): Promise<void> {
        const size = Math.ceil(page.length / PIECES);
        for (let start = 0; start < page.length; start += size) {
          outgoing.write(page.subarray(start, start + size));
          await sleep(PAUSE_MS);
        }
        outgoing.end();
      }
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    return new PagesInPieces(proxy, `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  }

  stop(): void {
    this.proxy.close();
    this.proxy.closeAllConnections();
  }
}
