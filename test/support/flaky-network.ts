import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be long, cut, held up or led elsewhere, as networks are. */
export class FlakyNetwork {
  /** How long everything that the server sends is under way. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();
  /** The two ends of each connection, and how it began. */
  private readonly pairs: { readonly ends: readonly Socket[]; firstBytes: string }[] = [];
  private readonly stalled = new Set<Socket>();
  private isStalled = false;

  private constructor(
    private readonly server: ReturnType<typeof createServer>,
    readonly port: number,
    private target: { readonly host: string; readonly port: number },
  ) {}

  static async to(host: string, port: number): Promise<FlakyNetwork> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const network = new FlakyNetwork(server, (server.address() as AddressInfo).port, { host, port });
    server.on('connection', (clientSocket) =>
      network.connect(clientSocket, createConnection(network.target)),
    );
    return network;
  }

  /** Leads new connections to another port; those that stand stay. */
  redirectTo(port: number): void {
    this.target = { host: this.target.host, port };
  }

  /** Nothing arrives any more, and nobody is told. */
  stall(): void {
    this.isStalled = true;
  }

  /** Nothing arrives any more on those connections that stand now and began with words like these. */
  stallMatching(firstBytes: RegExp): void {
    for (const pair of this.pairs)
      if (firstBytes.test(pair.firstBytes)) for (const end of pair.ends) this.stalled.add(end);
  }

  resume(): void {
    this.isStalled = false;
  }

  /** Hands on nothing more of the connections there are and tells nobody, as firewalls do with idle ones. */
  stallExisting(): void {
    for (const socket of this.sockets) this.stalled.add(socket);
  }

  /** Ends every connection and takes no new one. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private connect(clientSocket: Socket, serverSocket: Socket): void {
    const pair = { ends: [clientSocket, serverSocket], firstBytes: '' };
    this.pairs.push(pair);
    clientSocket.on('data', (chunk) => {
      if (pair.firstBytes.length < 1_000) pair.firstBytes += chunk.toString();
    });
    for (const [from, to] of [
      [clientSocket, serverSocket],
      [serverSocket, clientSocket],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (chunk) => {
        const forward = () =>
          void (this.isStalled || this.stalled.has(from) || to.destroyed || to.write(chunk));
        if (from === serverSocket && this.delayMs > 0) setTimeout(forward, this.delayMs);
        else forward();
      });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }
}
