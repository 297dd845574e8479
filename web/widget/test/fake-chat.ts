/** A chat server and the network before it, as the protocol describes them, that fail on demand. */
import type { ClientFrame, ServerFrame } from "@deskbell/api-client";
import type { Outcome, Page, Server, Socket, SocketEvents } from "../src/chat/engine.ts";
import type { Identity, Pending } from "../src/chat/state.ts";
import type { Message } from "../src/chat/timeline.ts";
import type { Clock } from "./clock.ts";

/** What goes wrong next; each number counts down. */
export interface Faults {
  loseRequests: number;
  loseAnswers: number;
  loseFrames: number;
  repeatFrames: number;
  refuseRate: number;
}

interface Line {
  deliver(frame: ServerFrame): void;
  close(code: number): void;
}

export class FakeChat {
  up = true;
  epoch = "first";
  log: Message[] = [];
  token: string | null = null;
  connections = 0;
  faults: Faults = { loseRequests: 0, loseAnswers: 0, loseFrames: 0, repeatFrames: 0, refuseRate: 0 };
  #lines = new Set<Line>();
  #seen = { visitor: 0, agent: 0 };
  #clock: Clock;
  #random: () => number;

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  agentSays(body: string): void {
    if (this.token) this.#append({ author: "agent", body });
  }

  agentSees(): void {
    this.#seen.agent = this.log.length;
    this.tell({ type: "seen", author: "agent", seq: this.log.length });
  }

  closeAll(code: number): void {
    for (const line of [...this.#lines]) line.close(code);
  }

  tell(frame: ServerFrame): void {
    for (const line of this.#lines) line.deliver(frame);
  }

  openSocket(events: SocketEvents): Socket {
    this.connections += 1;
    const { later, end } = this.#wire();
    let line: Line | null = null;
    if (this.up) later(events.opened);
    else later(() => events.closed(1006));
    const open: Line = {
      deliver: (frame) => {
        if (this.#hits("loseFrames")) return;
        const copies = this.#hits("repeatFrames") ? 2 : 1;
        for (let i = 0; i < copies; i += 1) later(() => events.frame(JSON.stringify(frame)));
      },
      close: (code) => {
        this.#lines.delete(open);
        end();
        this.#clock.after(1, () => events.closed(code));
      },
    };
    return {
      send: (text) => {
        if (!this.up) return;
        later(() => {
          const frame = JSON.parse(text) as ClientFrame;
          if (frame.type === "hello") {
            line = open;
            this.#greet(open, frame);
          } else if (line && this.#lines.has(line)) this.#handle(line, frame);
        });
      },
      close: () => {
        this.#lines.delete(open);
        end();
      },
    };
  }

  #greet(line: Line, hello: Extract<ClientFrame, { type: "hello" }>): void {
    if (!this.up) return line.close(1006);
    if (hello.token !== this.token) return line.close(4401);
    const { visitor, agent } = this.#seen;
    const last_seq = this.log.length;
    line.deliver({
      type: "welcome",
      last_seq,
      epoch: this.epoch,
      seen_by_agent: agent,
      seen_by_visitor: visitor,
    });
    line.deliver({ type: "status", open: true, open_again_at: null, agent: null, closed: false });
    for (const message of this.log.slice(hello.after_seq)) line.deliver(frameOf(message));
    this.#lines.add(line);
  }

  #handle(line: Line, frame: ClientFrame): void {
    if (frame.type === "send") {
      const { client_message_id, body } = frame;
      if (this.#hits("refuseRate")) {
        return line.deliver({ type: "error", code: "rate_limited", client_message_id, detail: "slow down" });
      }
      const { id, seq, createdAt } = this.#store(client_message_id, body);
      line.deliver({ type: "ack", client_message_id, id, seq, created_at: createdAt });
    } else if (frame.type === "seen") {
      this.#seen.visitor = Math.max(this.#seen.visitor, frame.seq);
      this.tell({ type: "seen", author: "visitor", seq: frame.seq });
    }
  }

  readonly server: Server = {
    start: (identity: Identity, pending: Pending) =>
      this.#request(() => {
        this.token ??= identity.token;
        if (this.token !== identity.token) return { kind: "refused", fields: [] };
        const message = this.#store(pending.clientId, pending.body);
        return { kind: "stored", message, conversationId: "conversation" };
      }),
    append: (_id: string, token: string, pending: Pending) =>
      this.#request(() => {
        if (token !== this.token) return { kind: "gone" };
        return { kind: "stored", message: this.#store(pending.clientId, pending.body) };
      }),
    poll: async (_id: string, _token: string, afterSeq: number): Promise<Page | null> => {
      if (!this.up) return null;
      const messages = this.log.slice(afterSeq, afterSeq + 2);
      return { messages, hasMore: afterSeq + 2 < this.log.length };
    },
    info: async () => null,
  };

  #request(answer: () => Outcome): Promise<Outcome> {
    const { up } = this;
    return new Promise((resolve) => {
      const lost = (ms: number) => this.#clock.after(ms, () => resolve({ kind: "unreachable" }));
      if (!up) return lost(5);
      if (this.#hits("loseRequests")) return lost(10_000);
      this.#clock.after(this.#latency(), () => {
        if (this.#hits("refuseRate")) return resolve({ kind: "unreachable", retryAfterMs: 3_000 });
        const outcome = answer();
        if (this.#hits("loseAnswers")) return lost(10_000);
        return this.#clock.after(this.#latency(), () => resolve(outcome));
      });
    });
  }

  #store(clientId: string, body: string): Message {
    const known = this.log.find((message) => message.clientId === clientId);
    return known ?? this.#append({ author: "visitor", body, clientId });
  }

  #append(part: Pick<Message, "author" | "body" | "clientId">): Message {
    const seq = this.log.length + 1;
    const createdAt = new Date(this.#clock.now).toISOString();
    const message: Message = { id: `m${seq}`, seq, createdAt, ...part };
    this.log.push(message);
    this.tell(frameOf(message));
    return message;
  }

  #hits(fault: keyof Faults): boolean {
    if (this.faults[fault] === 0) return false;
    this.faults[fault] -= 1;
    return true;
  }

  #latency(): number {
    return 1 + Math.floor(this.#random() * 60);
  }

  /** Delivers in order, with some delay, until it is cut. */
  #wire() {
    let last = 0;
    let cut = false;
    const later = (callback: () => void) => {
      last = Math.max(last, this.#clock.now + this.#latency());
      this.#clock.after(last - this.#clock.now, () => {
        if (!cut) callback();
      });
    };
    return {
      later,
      end: () => {
        cut = true;
      },
    };
  }
}

function frameOf(message: Message): ServerFrame {
  const { id, seq, author, body, createdAt, clientId } = message;
  const frame = { type: "message", id, seq, author, body, created_at: createdAt } as const;
  return clientId ? { ...frame, client_message_id: clientId } : frame;
}
