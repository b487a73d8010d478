import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { DATABASES } from '../support/databases.js';
import { Pair } from '../support/rolling-restart.js';

jest.setTimeout(120_000);

const mariadb = DATABASES.find(({ name }) => name === 'MariaDB');

(mariadb ? it : it.skip)(
  'loses nothing behind a balancer that asks every second which instance is ready',
  async () => {
    const pair = await Pair.start(mariadb!, 5);
    const balancer = await Balancer.start(pair.ports);
    try {
      await pair.restartUnderLoad(balancer.port, () => balancer.look());
    } finally {
      await balancer.stop();
      await pair.stop();
    }
  },
);

/** Forwards connections to the instances that were ready at the last check. It never retries. */
class Balancer {
  private ready: number[] = [];
  private turn = 0;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly server: Server,
    private readonly targets: readonly number[],
  ) {
    this.timer = setInterval(() => void this.look(), 1_000);
  }

  static async start(targets: readonly number[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, targets);
    await balancer.look();
    server.on('request', (incoming, outgoing) => {
      const target = balancer.ready[balancer.turn++ % balancer.ready.length];
      const { method, url, headers } = incoming;
      const passedOn = request(
        { host: '127.0.0.1', port: target, method, path: url, headers },
        (response) => {
          outgoing.writeHead(response.statusCode!, response.headers);
          response.pipe(outgoing);
        },
      );
      passedOn.once('error', () => outgoing.writeHead(502).end());
      incoming.pipe(passedOn);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Checks now which instances are ready. */
  async look(): Promise<void> {
    const checks = this.targets.map(async (port) => {
      const response = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
      return response?.status === 200 ? [port] : [];
    });
    this.ready = (await Promise.all(checks)).flat();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
