/** Lets one wait until somebody rings, or a time is up. A ring that nobody waits for is heard by the next who comes. */
export class Bell {
  private rung = true;
  private interrupt?: () => void;

  ring(): void {
    this.rung = true;
    this.interrupt?.();
  }

  async wait(atMostMs: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs);
        this.interrupt = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.interrupt = undefined;
    this.rung = false;
  }
}
