import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsString, MaxLength } from 'class-validator';
import { CurrentActor, Public, RequiresRole } from '../../src/core/access/access.decorators.js';
import type { Actor } from '../../src/core/access/actor.js';
import { defineConfig } from '../../src/core/config/define-config.js';
import { integer } from '../../src/core/config/rules.js';
import { env } from '../../src/core/config/variable.js';
import { Transactions } from '../../src/core/database/transactions.js';
import { FeatureDisabled, NotFound } from '../../src/core/errors/core.errors.js';
import { Throws } from '../../src/core/http/openapi.js';
import { SanitizedHtml } from '../../src/core/http/sanitized-html.js';
import { defineMail, defineSms } from '../../src/core/messaging/define-message.js';
import { html } from '../../src/core/messaging/html.js';
import { Mail } from '../../src/core/messaging/mail.service.js';
import { Sms } from '../../src/core/messaging/sms.service.js';
import { days, type Duration, inWords, minutes } from '../../src/core/time/duration.js';

export const testMailsConfig = defineConfig('test-mails', {
  ttlDays: env('TEST_INVITATION_TTL_DAYS', integer(1, 365).default(7), 'How long an invitation of the tests is valid'),
});

export const articlePublished = defineMail('test.article-published', (about: { title: string; author: string }) => ({
  subject: `New: ${about.title}`,
  html: html`<p>There is a new article, <b>${about.title}</b>, by ${about.author}.</p>`,
}));

const invited = defineMail('test.invited', (about: { link: string; ttl: Duration }) => ({
  subject: 'You are invited',
  html: html`<p>Come in: <a href="${about.link}">accept</a> within ${inWords(about.ttl)}.</p>`,
  validFor: about.ttl,
}));

export const oneTimeCode = defineSms('test.one-time-code', (about: { code: string; ttl: Duration }) => ({
  text: `${about.code} is your code, for ${inWords(about.ttl)}.`,
  validFor: about.ttl,
}));

/** What the table of invitations would be. */
export const INVITATIONS = `CREATE TABLE test_invitations (email varchar(254), created_at timestamptz, expires_at timestamptz)`;

export class TestArticle {
  @IsString()
  @MaxLength(200)
  title: string;

  @SanitizedHtml()
  @IsString()
  @MaxLength(10_000)
  body: string;
}

export class TestArticleView {
  @ApiProperty({ maxLength: 200 })
  title: string;

  @ApiProperty({ maxLength: 10_000 })
  body: string;
}

export class TestInvitation {
  @IsEmail()
  @MaxLength(254)
  email: string;
}

export class TestPhone {
  @ApiProperty({ example: '+4915112345678' })
  @IsString()
  @MaxLength(20)
  phone: string;
}

export class TestInvitationView {
  @ApiProperty({ maxLength: 254 })
  email: string;
}

/** Routes that send mails, as a feature's would. */
@Controller('test')
@Throws(FeatureDisabled)
export class MailsController {
  constructor(
    @Inject(testMailsConfig.KEY) private readonly config: ConfigType<typeof testMailsConfig>,
    private readonly transactions: Transactions,
    private readonly mail: Mail,
    private readonly sms: Sms,
  ) {}

  /** Publishes an article, and tells its author */
  @Post('articles')
  @RequiresRole('member')
  @Throws(NotFound)
  publish(@CurrentActor() actor: Actor, @Body() { title, body }: TestArticle): Promise<TestArticleView> {
    return this.transactions.run(async (tx) => {
      await this.mail.send(tx, actor, articlePublished, { title, author: 'Ada & Co' });
      return { title, body };
    });
  }

  /** Invites somebody who has no account */
  @Post('invitations')
  @Public()
  invite(@Body() { email }: TestInvitation): Promise<TestInvitationView> {
    const ttl = days(this.config.ttlDays);
    const now = new Date();
    return this.transactions.run(async (tx) => {
      await tx.query('INSERT INTO test_invitations VALUES ($1, $2, $3)', [email, now, ttl.after(now)]);
      await this.mail.send(tx, { address: email }, invited, { link: 'https://example.org/i?a=1&b=2', ttl });
      return { email };
    });
  }

  /** Sends a one-time code to a phone */
  @Post('otp')
  @Public()
  @HttpCode(204)
  async otp(@Body() { phone }: TestPhone): Promise<void> {
    await this.transactions.run((tx) =>
      this.sms.send(tx, { phone }, oneTimeCode, { code: '123456', ttl: minutes(10) }),
    );
  }
}

@Module({ imports: [ConfigModule.forFeature(testMailsConfig)], controllers: [MailsController] })
export class TestMailsModule {}
