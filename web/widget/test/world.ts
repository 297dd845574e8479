/** Tabs of one browser that share a memory and talk to one server. */
import { Engine, type Memory, type Saved } from "../src/chat/engine.ts";
import type { Identity, Stored } from "../src/chat/state.ts";
import { Clock } from "./clock.ts";
import { FakeChat } from "./fake-chat.ts";

export class World {
  clock = new Clock();
  chat: FakeChat;
  tabs: Engine[] = [];
  submitted: string[] = [];
  #identity: Identity | null = null;
  #pending = new Map<string, Stored>();
  #random: () => number;

  constructor(seed: number) {
    this.#random = numbers(seed);
    this.chat = new FakeChat(this.clock, this.#random);
  }

  openTab(place = this.tabs.length): Engine {
    const { clock, chat } = this;
    let alive = true;
    const self: Engine = new Engine(
      {
        now: () => clock.now,
        random: this.#random,
        token: () => `token-${this.#random()}`,
        after: (ms, callback) => clock.after(ms, () => alive && callback()),
        openSocket: (_id, events) => chat.openSocket(events),
        server: chat.server,
        memory: this.#memory(() => self),
      },
      () => undefined,
    );
    this.tabs[place]?.dispatch({ type: "paused" });
    this.tabs[place] = self;
    this.#kill.set(self, () => {
      alive = false;
    });
    self.restore();
    return self;
  }

  #kill = new Map<Engine, () => void>();

  /** The tab goes away without a word and comes back. */
  reload(tab: number): void {
    const place = tab % this.tabs.length;
    const old = this.tabs[place];
    if (old) this.#kill.get(old)?.();
    this.openTab(place);
  }

  submit(place: number, body: string): void {
    const clientId = `c${this.submitted.length}`;
    this.submitted.push(body);
    this.tabs[place % this.tabs.length]?.dispatch({ type: "submitted", clientId, body, urgent: false });
  }

  #memory(self: () => Engine): Memory {
    return {
      load: (): Saved => ({ identity: this.#identity, outbox: [...this.#pending.values()] }),
      saveIdentity: (identity) => {
        this.#identity = identity;
      },
      savePending: ({ clientId, body, urgent, writtenAt }) => {
        this.#pending.set(clientId, { clientId, body, urgent, writtenAt });
      },
      dropPending: (clientId) => {
        this.#pending.delete(clientId);
      },
      announce: () => {
        const origin = self();
        this.clock.after(1, () => {
          for (const tab of this.tabs) if (tab !== origin) tab.restore("shared");
        });
      },
    };
  }

  /** Everything works again, nobody is told, and time enough passes. */
  async heal(): Promise<void> {
    this.chat.up = true;
    this.chat.faults = { loseRequests: 0, loseAnswers: 0, loseFrames: 0, repeatFrames: 0, refuseRate: 0 };
    await this.clock.pass(300_000);
    this.chat.agentSays("Goodbye");
    await this.clock.pass(300_000);
  }
}

/** Random numbers that can be repeated (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
