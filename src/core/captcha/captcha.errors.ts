import { defineError } from '../errors/define-error.js';

export class CaptchaRequired extends defineError('invalid', 'CAPTCHA_REQUIRED') {
  constructor() {
    super('This needs a solved CAPTCHA, in the header X-Captcha-Token.');
  }
}

export class CaptchaInvalid extends defineError('invalid', 'CAPTCHA_INVALID') {
  constructor() {
    super('The CAPTCHA was not solved, or solved too long ago, or used before: solve another one.');
  }
}
