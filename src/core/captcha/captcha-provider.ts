import type { CaptchaView } from './captcha.dto.js';

/** Who sets puzzles that people, or their machines, solve, and programs would rather not. */
export interface CaptchaProvider {
  /** What a page needs to let somebody solve one. */
  challenge(): Promise<CaptchaView>;
  /**
   * @param token what the page got for a solution; it counts once
   * @param address whom it came from, if that is known
   */
  isSolved(token: string, address?: string): Promise<boolean>;
}
