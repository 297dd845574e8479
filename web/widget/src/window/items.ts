/** What the conversation shows: the stored messages, then those on their way. */
import type { ChatState, Pending } from "../chat/state.ts";
import { midnight } from "./format.ts";

const GROUP_MS = 5 * 60_000;

export interface Item {
  key: string;
  author: "visitor" | "agent";
  body: string;
  at: Date;
  phase: Pending["phase"] | "stored";
  seen: boolean;
  /** The first of a day. */
  newDay: boolean;
  /** The last of what one person wrote in one go. */
  last: boolean;
}

export function itemsOf({ timeline, outbox, seenByAgent }: ChatState): Item[] {
  const items: Item[] = [];
  for (const { clientId, id, author, body, createdAt, seq } of timeline.messages) {
    const key = clientId ?? id;
    items.push(item(key, author, body, new Date(createdAt), "stored", seq <= seenByAgent));
  }
  for (const { clientId, body, writtenAt, phase } of outbox) {
    items.push(item(clientId, "visitor", body, new Date(writtenAt), phase, false));
  }
  for (let i = 0; i < items.length; i += 1) {
    const current = items[i] as Item;
    const previous = items[i - 1];
    current.newDay = !previous || midnight(previous.at) !== midnight(current.at);
    if (previous && !current.newDay && previous.author === current.author) {
      previous.last = current.at.getTime() - previous.at.getTime() > GROUP_MS;
    }
  }
  return items;
}

function item(
  key: string,
  author: Item["author"],
  body: string,
  at: Date,
  phase: Item["phase"],
  seen: boolean,
): Item {
  return { key, author, body, at, phase, seen, newDay: false, last: true };
}
