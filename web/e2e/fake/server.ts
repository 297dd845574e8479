/** Serves what the build made and speaks the chat's protocol, on a free port; it can be slow, broken or gone. */
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { extname } from "node:path";
import { WebSocketServer } from "ws";
import { FakeChat } from "./chat.ts";

const DIST = new URL("../../widget/dist/", import.meta.url);
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

interface Page {
  html: string;
  headers: Record<string, string>;
}

export class FakeServer {
  chat = new FakeChat();
  /** Every connection is cut without an answer. */
  down = false;
  /** Answers to the API wait for this. */
  gate: Promise<void> = Promise.resolve();
  /** The next POSTs are answered like this. */
  refusals: { status: number; body: object }[] = [];
  requests: string[] = [];
  #pages = new Map<string, Page>();
  #server = createServer((request, response) => void this.#answer(request, response));
  #connections = new Set<Socket>();

  static async listen(): Promise<FakeServer> {
    const fake = new FakeServer();
    await new Promise<void>((resolve) => fake.#server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  private constructor() {
    const sockets = new WebSocketServer({ noServer: true });
    this.#server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    this.#server.on("upgrade", (request, socket, head) => {
      if (this.down) return socket.destroy();
      sockets.handleUpgrade(request, socket, head, (live) => this.chat.connect(live));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Serves a page of a website. */
  page(path: string, html: string, headers: Record<string, string> = {}): void {
    this.#pages.set(path, { html, headers });
  }

  /** Like `kill -9`: nothing is said, nothing answers. */
  die(): void {
    this.down = true;
    this.chat.cutSockets();
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", this.url);
    this.requests.push(`${request.method} ${pathname}`);
    if (this.down) return void request.socket.destroy();
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "authorization, content-type");
    if (request.method === "OPTIONS") return void response.writeHead(204).end();
    if (pathname.startsWith("/api/")) return this.#api(request, response, pathname);
    const page = this.#pages.get(pathname);
    if (page)
      return void response.writeHead(200, { "Content-Type": TYPES[".html"], ...page.headers }).end(page.html);
    await this.#file(response, pathname === "/demo" ? "/demo/index.html" : pathname);
  }

  async #file(response: ServerResponse, path: string): Promise<void> {
    try {
      const body = await readFile(new URL(`.${path}`, DIST));
      response.writeHead(200, { "Content-Type": TYPES[extname(path)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }

  async #api(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    await this.gate;
    const json = (status: number, body: object) =>
      void response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (path === "/api/v1/widget") return json(200, this.chat.info);
    if (request.method === "GET") return json(200, { messages: this.chat.log, has_more: false });
    let text = "";
    for await (const chunk of request) text += chunk;
    const refusal = this.refusals.shift();
    if (refusal) return json(refusal.status, refusal.body);
    const body = JSON.parse(text) as Record<string, unknown>;
    if (path === "/api/v1/conversations") {
      const message = this.chat.start(body);
      if (message === "conflict") return json(409, { code: "client_message_id_conflict" });
      return json(201, {
        conversation_id: this.chat.conversationId,
        visitor_token: this.chat.token,
        message,
      });
    }
    if (request.headers.authorization !== `Bearer ${this.chat.token}`)
      return json(404, { code: "conversation_not_found" });
    json(201, this.chat.store(body.client_message_id as string, body.body as string));
  }
}
