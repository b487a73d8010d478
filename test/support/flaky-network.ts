import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut or held up, as networks are. */
export class FlakyNetwork {
  private readonly sockets = new Set<Socket>();
  private isHeld = false;
  /** What is still handed on; a connection that was dropped is not among them. */
  private readonly alive = new Set<Socket>();

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
  ) {}

  static async to(host: string, port: number): Promise<FlakyNetwork> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const network = new FlakyNetwork(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) => network.join(near, createConnection({ host, port })));
    return network;
  }

  /** Nothing arrives any more, and nobody is told. */
  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
  }

  /** Hands on nothing more of the connections there are and tells nobody, as firewalls do with idle ones. */
  drop(): void {
    this.alive.clear();
  }

  /** Ends every connection and takes no new one. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      this.alive.add(from);
      from.on('data', (chunk) => void (this.isHeld || !this.alive.has(from) || to.write(chunk)));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}
