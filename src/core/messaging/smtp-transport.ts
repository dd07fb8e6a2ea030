import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { NodemailerError, SMTPPoolOptions, SMTPPoolSentMessageInfo, Mail as Transporter } from 'nodemailer';
import { Shutdown } from '../lifecycle/shutdown.js';
import type { OutgoingMail } from './outgoing-mail.js';
import { MessageRefused } from './outgoing-messages.js';
import { smtpConfig, type SmtpConfig } from './smtp.config.js';

const CONNECT_MS = 10_000;
const SILENT_MS = 20_000;
const CONNECTIONS = 5;

/** Hands mails to the mail server. The client is made with the first of them, and never if SMTP is disabled. */
@Injectable()
export class SmtpTransport implements OnModuleInit {
  private client?: Promise<Transporter<SMTPPoolSentMessageInfo, SMTPPoolOptions>>;

  constructor(
    @Inject(smtpConfig.KEY) private readonly config: SmtpConfig,
    private readonly shutdown: Shutdown,
  ) {}

  onModuleInit(): void {
    this.shutdown.register('clients', 'smtp', async () => (await this.client)?.close());
  }

  /**
   * @throws {MessageRefused} if the server refuses this recipient or this mail for good (5xx)
   * @throws whatever else may pass: no connection, no answer, 4xx, or a sender and password that it does not take
   */
  async send({ id, to, subject, html, text }: OutgoingMail, signal: AbortSignal): Promise<void> {
    const { name, address } = this.config.from ?? { name: '', address: '' };
    this.client ??= connect(this.config);
    const client = await this.client;
    await client
      .sendMail({
        from: { name, address },
        to: { name: '', address: to },
        envelope: { from: address, to: [to] },
        messageId: `<${id}@${address.split('@')[1]}>`,
        subject,
        html,
        text,
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      })
      .catch((thrown: NodemailerError) => {
        throw isFinal(thrown)
          ? new MessageRefused(`The mail server said ${thrown.responseCode}.`, { cause: thrown })
          : thrown;
      });
  }
}

async function connect({ host, port, security, user, password }: SmtpConfig) {
  const { createTransport } = (await import('nodemailer')).default;
  return createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    // Whether it is tried again, and when, is the job's to say.
    maxRequeues: 0,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2' },
    ...(user !== undefined && { auth: { user, pass: password } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    // What a template says is never a path or an address to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** What is said of the recipient or the mail; a refused login or sender is ours to mend, and the mail can wait. */
function isFinal({ permanent, command }: NodemailerError): boolean {
  return permanent === true && (command === 'RCPT TO' || command === 'DATA');
}
