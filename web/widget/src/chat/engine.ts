/** Runs the pure steps against the world: sockets, HTTP, storage, timers. */
import type { ClientFrame, WidgetInfo } from "@deskbell/api-client";
import { parseFrame } from "./frames.ts";
import type { ChatEvent, ChatState, Effect, Identity, Pending, Refusal, Stored, TimerName } from "./state.ts";
import { INITIAL, step } from "./step.ts";
import type { Message } from "./timeline.ts";

export interface SocketEvents {
  opened(): void;
  frame(data: unknown): void;
  closed(code: number): void;
}

export interface Socket {
  send(text: string): void;
  close(): void;
}

export type Outcome = { kind: "stored"; message: Message; conversationId?: string } | Refusal;

/** The server over HTTP; no call ever throws. */
export interface Server {
  start(identity: Identity, pending: Pending): Promise<Outcome>;
  append(conversationId: string, token: string, pending: Pending): Promise<Outcome>;
  poll(conversationId: string, token: string, afterSeq: number): Promise<Page | null>;
  info(): Promise<WidgetInfo | null>;
}

export interface Page {
  messages: readonly Message[];
  hasMore: boolean;
}

export interface Saved {
  identity: Identity | null;
  outbox: readonly Stored[];
}

/** What outlives the page; shared by the tabs of a browser. */
export interface Memory {
  load(): Saved;
  saveIdentity(identity: Identity | null): void;
  savePending(pending: Stored): void;
  dropPending(clientId: string): void;
  /** Tells the other tabs that something was saved. */
  announce(): void;
}

export interface Ports {
  now(): number;
  random(): number;
  token(): string;
  /** Calls back later, unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
  openSocket(conversationId: string, events: SocketEvents): Socket;
  server: Server;
  memory: Memory;
}

export class Engine {
  state: ChatState = INITIAL;
  #ports: Ports;
  #changed: (state: ChatState) => void;
  #socket: Socket | null = null;
  #timers: Partial<Record<TimerName, () => void>> = {};

  constructor(ports: Ports, changed: (state: ChatState) => void) {
    this.#ports = ports;
    this.#changed = changed;
  }

  /** Goes on where the last page, or another tab, stopped. */
  restore(type: "restored" | "shared" = "restored"): void {
    const { identity, outbox } = this.#ports.memory.load();
    this.dispatch({ type, identity, outbox });
  }

  async inform(): Promise<void> {
    this.dispatch({ type: "informed", info: await this.#ports.server.info() });
  }

  dispatch(event: ChatEvent): void {
    // Two tabs that begin at once must begin the same conversation, so each looks first.
    if (event.type === "submitted") this.restore("shared");
    const { now, random, token } = this.#ports;
    const before = this.state;
    const { state, effects } = step(before, event, { now: now(), random, token });
    this.state = state;
    this.#save(before, state);
    for (const effect of effects) this.#run(effect);
    this.#changed(this.state);
  }

  #run(effect: Effect): void {
    const { server } = this.#ports;
    switch (effect.type) {
      case "connect":
        return this.#connect(effect.conversationId);
      case "disconnect":
        return this.#disconnect();
      case "send":
        return this.#send(effect.frame);
      case "start":
        return this.#deliver(effect.pending, server.start(effect.identity, effect.pending));
      case "append": {
        const { conversationId, token, pending } = effect;
        return this.#deliver(pending, server.append(conversationId, token, pending));
      }
      case "poll":
        server.poll(effect.conversationId, effect.token, effect.afterSeq).then((page) => {
          const stillOurs = this.state.identity?.conversationId === effect.conversationId;
          if (page && stillOurs) this.dispatch({ type: "polled", ...page });
        });
        return;
      case "timer":
        this.#timers[effect.name]?.();
        this.#timers[effect.name] = this.#ports.after(effect.ms, () => {
          delete this.#timers[effect.name];
          this.dispatch({ type: "timer", name: effect.name });
        });
        return;
      case "cancel":
        this.#timers[effect.name]?.();
        delete this.#timers[effect.name];
    }
  }

  #connect(conversationId: string): void {
    this.#disconnect();
    const ours = (then: () => void) => () => {
      if (this.#socket === socket) then();
    };
    const socket = this.#ports.openSocket(conversationId, {
      opened: ours(() => this.dispatch({ type: "socket_opened" })),
      frame: (data) => {
        const frame = parseFrame(data);
        if (frame) ours(() => this.dispatch({ type: "frame", frame }))();
      },
      closed: (code) => ours(() => this.dispatch({ type: "socket_closed", code }))(),
    });
    this.#socket = socket;
  }

  #disconnect(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #deliver({ clientId }: Pending, answer: Promise<Outcome>): void {
    answer.then((outcome) => {
      if (outcome.kind === "stored") {
        const { kind: _, ...rest } = outcome;
        this.dispatch({ type: "stored", clientId, ...rest });
      } else {
        this.dispatch({ type: "not_stored", clientId, refusal: outcome });
      }
    });
  }

  #save(before: ChatState, after: ChatState): void {
    if (before.identity === after.identity && before.outbox === after.outbox) return;
    const { memory } = this.#ports;
    let changed = before.identity !== after.identity;
    if (changed) memory.saveIdentity(after.identity);
    for (const pending of after.outbox) {
      if (pending.foreign || has(before.outbox, pending)) continue;
      memory.savePending(pending);
      changed = true;
    }
    for (const pending of before.outbox) {
      if (has(after.outbox, pending)) continue;
      memory.dropPending(pending.clientId);
      changed = true;
    }
    if (changed) memory.announce();
  }
}

function has(outbox: readonly Pending[], { clientId }: Pending): boolean {
  return outbox.some((one) => one.clientId === clientId);
}
