/** Virtual time: callbacks run in order when the test lets time pass. */
export class Clock {
  now = 1_000_000;
  #due: { at: number; order: number; callback: () => void }[] = [];
  #order = 0;

  after(ms: number, callback: () => void): () => void {
    this.#order += 1;
    const entry = { at: this.now + Math.max(0, ms), order: this.#order, callback };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((other) => other !== entry);
    };
  }

  /** Lets time pass; promises settle between callbacks. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await settled();
      this.#due.sort((a, b) => a.at - b.at || a.order - b.order);
      const next = this.#due[0];
      if (!next || next.at > end) break;
      this.#due.shift();
      this.now = Math.max(this.now, next.at);
      next.callback();
    }
    this.now = end;
  }
}

/** Lets everything run that waits for a promise. */
async function settled(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await Promise.resolve();
}
