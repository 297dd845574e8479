/** chat-api over HTTP. Every call ends within a bounded time and never throws. */
import type {
  Message as ApiMessage,
  ConversationStarted,
  MessagePage,
  Problem,
  SendMessage,
  StartConversation,
  WidgetInfo,
} from "@deskbell/api-client";
import type { Outcome, Server } from "../chat/engine.ts";
import { messageFrom } from "../chat/frames.ts";
import type { Pending, Refusal } from "../chat/state.ts";

const TIMEOUT_MS = 10_000;
const PAGE_SIZE = 200;
const PAGE_URL_MAX = 2_048;

interface Answer {
  status: number;
  retryAfterMs: number;
  body: unknown;
}

export function httpServer(api: URL, locale: () => string): Server {
  const call = (path: string, token?: string, body?: StartConversation | SendMessage) =>
    request(new URL(path, api), token, body);
  return {
    async start({ token, visitor }, pending) {
      const answer = await call("conversations", undefined, {
        ...wire(pending),
        ...visitor,
        visitor_token: token,
        page_url: location.href.split("#")[0]?.slice(0, PAGE_URL_MAX) ?? null,
        locale: locale(),
      });
      if (!succeeded(answer)) return refusal(answer);
      const { conversation_id: conversationId, message } = answer.body as ConversationStarted;
      return stored(message, pending, { conversationId });
    },
    async append(conversationId, token, pending) {
      const answer = await call(`conversations/${conversationId}/messages`, token, wire(pending));
      if (succeeded(answer)) return stored(answer.body as ApiMessage, pending);
      return answer?.status === 401 || answer?.status === 404 ? { kind: "gone" } : refusal(answer);
    },
    async poll(conversationId, token, afterSeq) {
      const page = `conversations/${conversationId}/messages?after_seq=${afterSeq}&limit=${PAGE_SIZE}`;
      const answer = await call(page, token);
      if (!succeeded(answer)) return null;
      const { messages, has_more } = answer.body as MessagePage;
      return { messages: messages.map(messageFrom), hasMore: has_more };
    },
    async info() {
      const answer = await call("widget");
      return succeeded(answer) ? (answer.body as WidgetInfo) : null;
    },
  };
}

async function request(url: URL, token?: string, body?: unknown): Promise<Answer | null> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const init: RequestInit = { headers, credentials: "omit", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (body) Object.assign(init, { method: "POST", body: JSON.stringify(body) });
  try {
    const response = await fetch(url, init);
    const retryAfterMs = Number(response.headers.get("Retry-After")) * 1_000 || 0;
    return { status: response.status, retryAfterMs, body: await response.json() };
  } catch {
    return null;
  }
}

function wire({ clientId, body, urgent }: Pending): SendMessage {
  return { client_message_id: clientId, body, ...(urgent && { urgent }) };
}

function succeeded(answer: Answer | null): answer is Answer & { status: 200 | 201 } {
  return answer !== null && answer.status < 300;
}

function stored(message: ApiMessage, { clientId }: Pending, more?: { conversationId: string }): Outcome {
  return { kind: "stored", message: { ...messageFrom(message), clientId }, ...more };
}

function refusal(answer: Answer | null): Refusal {
  if (!answer || answer.status >= 500 || answer.status === 429 || answer.status === 408) {
    return { kind: "unreachable", retryAfterMs: answer?.retryAfterMs ?? 0 };
  }
  const { errors = [] } = answer.body as Partial<Problem>;
  return { kind: "refused", fields: errors.map(({ pointer }) => pointer.slice(1)) };
}
