/** What a progress bar writes to. */
export interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

const WIDTH = 30;

/** Shows how far something is: a bar that is redrawn on a terminal, a line for each tenth elsewhere. */
export class ProgressBar {
  private tenth = -1;

  constructor(private readonly terminal: Terminal) {}

  /** `share` of 1, and what to say beside it. */
  show(share: number, text: string): void {
    const part = Math.min(1, Math.max(0, share));
    if (this.terminal.isTTY) {
      const filled = Math.round(part * WIDTH);
      this.terminal.write(`\r\x1b[2K[${"#".repeat(filled)}${".".repeat(WIDTH - filled)}] ${String(Math.floor(part * 100)).padStart(3)}% ${text}`);
      return;
    }
    const tenth = Math.floor(part * 10);
    if (tenth > this.tenth) this.terminal.write(`${tenth * 10}% ${text}\n`);
    this.tenth = Math.max(this.tenth, tenth);
  }

  /** Leaves the last state on the terminal. */
  end(): void {
    if (this.terminal.isTTY) this.terminal.write("\n");
  }
}
