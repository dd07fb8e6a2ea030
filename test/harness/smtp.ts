import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { atTheEnd } from './cleanup.js';
import { readMail, type ReceivedMail } from './received-mail.js';

/** What the server answers instead of taking a mail: to the recipient, or to its content. */
interface Refusal {
  readonly code: number;
  readonly at: 'recipient' | 'content';
}

/** A mail server on loopback, which stops, comes back and refuses as told. */
export class SmtpServer {
  /** What it took, oldest first. */
  readonly mails: ReceivedMail[] = [];
  /** What it did not take after it had read it. */
  readonly refused: ReceivedMail[] = [];
  /** Of each mail that it read, whether it came encrypted. */
  readonly encrypted: boolean[] = [];
  /** Recipients that it was told, refused ones too. */
  readonly asked: string[] = [];
  refusal?: Refusal;
  /** Until when it says nothing to a recipient */
  silence?: Promise<unknown>;

  private server?: SMTPServer;
  private port = 0;

  private constructor(private readonly options: SMTPServerOptions) {}

  static async start(options: SMTPServerOptions = { disabledCommands: ['STARTTLS', 'AUTH'] }): Promise<SmtpServer> {
    const server = new SmtpServer(options);
    await server.start();
    return atTheEnd(server, () => server.stop());
  }

  /** The settings of an application that sends through it. */
  get env() {
    return {
      SMTP_ENABLED: 'true',
      SMTP_HOST: '127.0.0.1',
      SMTP_PORT: String(this.port),
      SMTP_SECURITY: 'none',
      MAIL_FROM: 'Aerie <hello@example.org>',
    };
  }

  /** The first time on any port, then on the same. */
  async start(): Promise<void> {
    const refusalAt = (at: Refusal['at']) => (this.refusal?.at === at ? refused(this.refusal.code) : undefined);
    this.server = new SMTPServer({
      ...this.options,
      logger: false,
      closeTimeout: 100,
      onRcptTo: ({ address }, _session, done) => {
        this.asked.push(address);
        void Promise.resolve(this.silence).then(() => done(refusalAt('recipient')));
      },
      onData: (stream, { envelope, secure }, done) => {
        this.encrypted.push(secure);
        void text(stream).then((raw) => {
          const refusal = refusalAt('content');
          const mail = readMail(
            raw,
            envelope.rcptTo.map(({ address }) => address),
          );
          (refusal === undefined ? this.mails : this.refused).push(mail);
          done(refusal);
        });
      },
    });
    this.server.on('error', () => undefined);
    const listening = this.server.listen(this.port, '127.0.0.1');
    await once(listening, 'listening');
    this.port = (listening.address() as { port: number }).port;
  }

  /** Ends every connection; new ones are refused. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await new Promise<void>((resolve) => (server ? server.close(resolve) : resolve()));
  }
}

function refused(responseCode: number): Error {
  return Object.assign(new Error('refused by the test'), { responseCode });
}
