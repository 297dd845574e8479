/** One conversation as chat-api keeps it, with levers that make it misbehave. */
import { randomUUID } from "node:crypto";
import type { ClientFrame, Message, ServerFrame, WidgetInfo } from "@deskbell/api-client";
import type { WebSocket } from "ws";

interface Kept extends Message {
  client_message_id?: string;
}

export class FakeChat {
  readonly conversationId = randomUUID();
  info: WidgetInfo = {
    business_name: "Harbor Plumbing",
    open: true,
    open_again_at: null,
    answers_within_s: 230,
    urgent_allowed: true,
  };
  status: Extract<ServerFrame, { type: "status" }> = {
    type: "status",
    open: true,
    open_again_at: null,
    agent: "Dana",
    closed: false,
  };
  epoch = "first";
  log: Kept[] = [];
  token: string | null = null;
  /** What the visitor said of themselves. */
  started: Record<string, unknown> | null = null;
  /** Frames that came in, for tests to look at. */
  received: ClientFrame[] = [];
  /** How many copies of the next message frame are sent: 0 loses it, 2 repeats it. */
  copies: number[] = [];
  #sockets = new Set<WebSocket>();
  #seen = { agent: 0, visitor: 0 };

  get connections(): number {
    return this.#sockets.size;
  }

  start(request: Record<string, unknown>): Kept | "conflict" {
    const token = request.visitor_token as string;
    if (this.token !== null && this.token !== token) return "conflict";
    this.token = token;
    this.started ??= request;
    return this.store(request.client_message_id as string, request.body as string);
  }

  store(clientId: string, body: string): Kept {
    const known = this.log.find((message) => message.client_message_id === clientId);
    return known ?? this.#append({ author: "visitor", body, client_message_id: clientId });
  }

  agentSays(body: string): void {
    this.#append({ author: "agent", body });
  }

  agentTypes(): void {
    this.#tell({ type: "typing", author: "agent" });
  }

  agentSees(): void {
    this.#seen.agent = this.log.length;
    this.#tell({ type: "seen", author: "agent", seq: this.log.length });
  }

  setStatus(change: Partial<FakeChat["status"]>): void {
    this.status = { ...this.status, ...change };
    this.#tell(this.status);
  }

  closeSockets(code: number): void {
    for (const socket of this.#sockets) socket.close(code);
    this.#sockets.clear();
  }

  cutSockets(): void {
    for (const socket of this.#sockets) socket.terminate();
    this.#sockets.clear();
  }

  connect(socket: WebSocket): void {
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as ClientFrame;
      this.received.push(frame);
      this.#handle(socket, frame);
    });
  }

  #handle(socket: WebSocket, frame: ClientFrame): void {
    const say = (answer: ServerFrame) => socket.send(JSON.stringify(answer));
    switch (frame.type) {
      case "hello": {
        if (frame.token !== this.token) return socket.close(4401);
        const { agent, visitor } = this.#seen;
        const last_seq = this.log.length;
        say({ type: "welcome", last_seq, epoch: this.epoch, seen_by_agent: agent, seen_by_visitor: visitor });
        say(this.status);
        for (const message of this.log.slice(frame.after_seq)) say({ type: "message", ...message });
        this.#sockets.add(socket);
        return;
      }
      case "send": {
        const { client_message_id } = frame;
        const { id, seq, created_at } = this.store(client_message_id, frame.body);
        return say({ type: "ack", client_message_id, id, seq, created_at });
      }
      case "seen":
        this.#seen.visitor = Math.max(this.#seen.visitor, frame.seq);
        return this.#tell({ type: "seen", author: "visitor", seq: frame.seq });
    }
  }

  #append(part: Pick<Kept, "author" | "body" | "client_message_id">): Kept {
    const message = {
      id: randomUUID(),
      seq: this.log.length + 1,
      created_at: new Date().toISOString(),
      ...part,
    };
    this.log.push(message);
    const copies = this.copies.shift() ?? 1;
    for (let i = 0; i < copies; i += 1) this.#tell({ type: "message", ...message });
    return message;
  }

  #tell(frame: ServerFrame): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(frame));
  }
}
