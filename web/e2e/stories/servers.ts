/** The real servers, as the environment names them. */
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the stories need running servers, see web/README.md`);
  return value;
}

export const chatUrl = () => setting("DESKBELL_CHAT_URL");

/** Runs a command of the environment, for example the one that kills chat-api. */
export function command(name: "DESKBELL_CHAT_KILL" | "DESKBELL_CHAT_START"): void {
  execFileSync("/bin/sh", ["-c", setting(name)], { stdio: "ignore" });
}

/** The texts of all SMS that the stand-in for Twilio accepted. */
export async function textMessages(): Promise<string[]> {
  const answer = await fetch(`${setting("DESKBELL_TWILIO_URL")}/control/messages?limit=50000`);
  const { messages } = (await answer.json()) as { messages: { body: string }[] };
  return messages.map(({ body }) => body);
}

/** Somebody who answers in the panel. */
export class Agent {
  readonly #url = setting("DESKBELL_ADMIN_URL");
  #cookie = "";

  async logIn(): Promise<void> {
    const answer = await this.#post("/api/v1/session", {
      email: setting("DESKBELL_ADMIN_EMAIL"),
      password: setting("DESKBELL_ADMIN_PASSWORD"),
    });
    this.#cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  }

  async say(conversationId: string, body: string): Promise<void> {
    await this.#post(`/api/v1/conversations/${conversationId}/messages`, {
      client_message_id: randomUUID(),
      body,
    });
  }

  async #post(path: string, body: object): Promise<Response> {
    const headers = { "Content-Type": "application/json", Cookie: this.#cookie, Origin: this.#url };
    const answer = await fetch(this.#url + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
