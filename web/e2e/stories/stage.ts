/** The real servers, one stage for each worker: started, killed and asked as a test wants. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { test as base, expect } from "../fixtures.ts";

interface Scene {
  chat: string;
  admin: string;
  twilio: string;
  owner: string;
  email: string;
  password: string;
}

const START_TIMEOUT_MS = 120_000;

export class Stage {
  private constructor(
    private readonly child: ChildProcessByStdio<Writable, Readable, null>,
    private readonly lines: AsyncIterator<string>,
    readonly scene: Scene,
  ) {}

  static async start(mode: string): Promise<Stage> {
    const program = process.env.DESKBELL_STAGE;
    if (!program) throw new Error("DESKBELL_STAGE is not set: run the stories with `make test-web`");
    const child = spawn(program, [mode], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (done) throw new Error("the servers did not start: see what is written above");
    return new Stage(child, lines, JSON.parse(value) as Scene);
  }

  /** `kill` or `start` a service; returns when it is done. */
  async tell(verb: "kill" | "start", service: "chat-api" | "admin-api" | "sms-notifier"): Promise<void> {
    this.child.stdin.write(`${verb} ${service}\n`);
    const { value } = await this.lines.next();
    if (value !== "done") throw new Error(`${verb} ${service} was answered by ${value}`);
  }

  /** Stops everything in good order. */
  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin.end();
    expect(await ended, "the servers end in good order").toBe(0);
  }

  /** The texts of all SMS that the stand-in for Twilio accepted. */
  async textMessages(): Promise<string[]> {
    const answer = await fetch(`${this.scene.twilio}/control/messages?limit=50000`);
    const { messages } = (await answer.json()) as { messages: { body: string }[] };
    return messages.map(({ body }) => body);
  }

  /** Somebody who answers in the panel, logged in. */
  async agent(): Promise<Agent> {
    const { admin, email, password } = this.scene;
    const answer = await post(`${admin}/api/v1/session`, { Origin: admin }, { email, password });
    const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
    return new Agent(admin, cookies.join("; "));
  }
}

export class Agent {
  constructor(
    private readonly url: string,
    private readonly cookie: string,
  ) {}

  async say(conversationId: string, body: string): Promise<void> {
    const path = `${this.url}/api/v1/conversations/${conversationId}/messages`;
    const headers = { Cookie: this.cookie, Origin: this.url };
    await post(path, headers, { client_message_id: randomUUID(), body });
  }
}

async function post(url: string, headers: Record<string, string>, body: object): Promise<Response> {
  const json = { "Content-Type": "application/json", ...headers };
  const answer = await fetch(url, { method: "POST", headers: json, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

export const test = base.extend<object, { stage: Stage }>({
  stage: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
    async ({}, use, worker) => {
      const stage = await Stage.start(String(worker.project.metadata["mode"]));
      await use(stage);
      await stage.stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
});

export { expect };
