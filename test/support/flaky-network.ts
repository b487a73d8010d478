import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that can be slow, closed, stalled or redirected, like real networks. */
export class FlakyNetwork {
  /** How long it delays everything that the server sends. */
  delayMs = 0;
  private readonly sockets = new Set<Socket>();
  /** Both ends of each connection, and the first bytes that the client sent. */
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

  /** Redirects new connections to another port; existing ones stay. */
  redirectTo(port: number): void {
    this.target = { host: this.target.host, port };
  }

  /** Stops forwarding, without closing connections. */
  stall(): void {
    this.isStalled = true;
  }

  /** Stops forwarding on existing connections whose first bytes match. */
  stallMatching(firstBytes: RegExp): void {
    for (const pair of this.pairs)
      if (firstBytes.test(pair.firstBytes)) for (const end of pair.ends) this.stalled.add(end);
  }

  resume(): void {
    this.isStalled = false;
  }

  /** Stops forwarding on existing connections without closing them, as firewalls do with idle ones. */
  stallExisting(): void {
    for (const socket of this.sockets) this.stalled.add(socket);
  }

  /** Closes every connection and accepts no new one. */
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
