/** Reads what the server sends. A frame that is not as agreed is dropped: a newer server may know more kinds. */
import type { Message as ApiMessage, ServerFrame } from "@deskbell/api-client";
import type { Message } from "./timeline.ts";

type Fields = Record<string, unknown>;

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isSeq = (value: unknown) => isNumber(value) && (value as number) > 0;
const isFlag = (value: unknown) => typeof value === "boolean";
const isAuthor = (value: unknown) => value === "visitor" || value === "agent";

const SHAPES: Record<ServerFrame["type"], Record<string, (value: unknown) => boolean>> = {
  welcome: { last_seq: isNumber, epoch: isText, seen_by_agent: isNumber, seen_by_visitor: isNumber },
  message: { id: isText, seq: isSeq, author: isAuthor, body: isText, created_at: isText },
  ack: { client_message_id: isText, id: isText, seq: isSeq, created_at: isText },
  typing: { author: isAuthor },
  seen: { author: isAuthor, seq: isNumber },
  status: { open: isFlag, closed: isFlag },
  error: { code: isText },
};

export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Fields;
  const type = fields.type;
  if (typeof type !== "string" || !Object.hasOwn(SHAPES, type)) return null;
  const shape = SHAPES[type as ServerFrame["type"]];
  for (const name in shape) {
    if (Object.hasOwn(shape, name) && !shape[name]?.(fields[name])) return null;
  }
  return value as ServerFrame;
}

/** The message as the timeline keeps it. */
export function messageFrom(wire: ApiMessage & { client_message_id?: string }): Message {
  const message: Message = {
    id: wire.id,
    seq: wire.seq,
    author: wire.author,
    body: wire.body,
    createdAt: wire.created_at,
  };
  if (wire.client_message_id) message.clientId = wire.client_message_id;
  return message;
}
