import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be long, cut, held up or led elsewhere, as networks are. */
export class FlakyNetwork {
  /** How long everything that the server sends is under way. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();
  /** The two ends of each connection, and how it began. */
  private readonly pairs: { readonly ends: readonly Socket[]; said: string }[] = [];
  private readonly held = new Set<Socket>();
  private isHeld = false;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
    private target: { readonly host: string; readonly port: number },
  ) {}

  static async to(host: string, port: number): Promise<FlakyNetwork> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const network = new FlakyNetwork(server, (server.address() as AddressInfo).port, { host, port });
    server.on('connection', (near) => network.join(near, createConnection(network.target)));
    return network;
  }

  /** Leads new connections to another port; those that stand stay. */
  leadTo(port: number): void {
    this.target = { host: this.target.host, port };
  }

  /** Nothing arrives any more, and nobody is told. */
  hold(): void {
    this.isHeld = true;
  }

  /** Nothing arrives any more on those connections that stand now and began with words like these. */
  holdThoseThat(said: RegExp): void {
    for (const pair of this.pairs) if (said.test(pair.said)) for (const end of pair.ends) this.held.add(end);
  }

  release(): void {
    this.isHeld = false;
  }

  /** Hands on nothing more of the connections there are and tells nobody, as firewalls do with idle ones. */
  drop(): void {
    for (const socket of this.sockets) this.held.add(socket);
  }

  /** Ends every connection and takes no new one. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(near: Socket, far: Socket): void {
    const pair = { ends: [near, far], said: '' };
    this.pairs.push(pair);
    near.on('data', (chunk) => {
      if (pair.said.length < 1_000) pair.said += chunk.toString();
    });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => {
        const handOn = () => void (this.isHeld || this.held.has(from) || to.destroyed || to.write(chunk));
        if (from === far && this.delayMs > 0) setTimeout(handOn, this.delayMs);
        else handOn();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}
