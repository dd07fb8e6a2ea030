import type { PinoLogger } from 'nestjs-pino';
import type { Namespace } from 'socket.io';
import { ClusterAdapterWithHeartbeat, type ClusterMessage, type ClusterResponse } from 'socket.io-adapter';
import type { Signals } from '../signals/signals.js';

const CHANNEL = 'sockets';
// Only whoever asks all instances at once needs to know how many there are.
const HEARTBEAT = { heartbeatInterval: 15_000, heartbeatTimeout: 40_000 };

/** Makes `server.to(room).emit()`, `disconnectSockets()` and the like reach the sockets of all instances. */
export class SignalsAdapter extends ClusterAdapterWithHeartbeat {
  private offset = 0;

  /** @returns the class of the adapters of one server, which has one for each namespace */
  static over(signals: Signals, logger: PinoLogger): new (namespace: Namespace) => SignalsAdapter {
    const adapters = new Map<string, SignalsAdapter>();
    signals.on(CHANNEL, (text) => {
      const message = JSON.parse(text, toBuffer) as ClusterMessage;
      adapters.get(message.nsp)?.onMessage(message);
    });
    return class extends SignalsAdapter {
      constructor(namespace: Namespace) {
        super(namespace, signals, logger);
        adapters.set(namespace.name, this);
      }
    };
  }

  protected constructor(
    namespace: Namespace,
    private readonly signals: Signals,
    private readonly logger: PinoLogger,
  ) {
    super(namespace, HEARTBEAT);
  }

  protected override async doPublish(message: ClusterMessage): Promise<string> {
    await this.tell(message);
    return String(++this.offset);
  }

  protected override doPublishResponse(_to: string, response: ClusterResponse): Promise<void> {
    return this.tell(response);
  }

  /** The base class keeps its failures to itself. */
  private async tell(message: ClusterMessage | ClusterResponse): Promise<void> {
    try {
      await this.signals.send(CHANNEL, JSON.stringify(message));
    } catch (err) {
      this.logger.warn({ err }, 'other instances were not told');
      throw err;
    }
  }
}

/** As `Buffer.toJSON` wrote it. */
function toBuffer(_key: string, value: unknown): unknown {
  const { type, data } = (value ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : value;
}
