/** The stored messages of a conversation: each number once, in order. */

export interface Message {
  id: string;
  seq: number;
  author: "visitor" | "agent";
  body: string;
  createdAt: string;
  /** Set for the visitor's own messages; it is also what a message was known by before it was stored. */
  clientId?: string;
}

export interface Timeline {
  /** Ordered by `seq`, which never repeats. */
  messages: readonly Message[];
  /** Every message up to this number is here; what is past it stands after a gap. */
  upTo: number;
}

export const EMPTY_TIMELINE: Timeline = { messages: [], upTo: 0 };

/** Adds a message in its place; one that is already there changes nothing. */
export function withMessage(timeline: Timeline, message: Message): Timeline {
  const before = timeline.messages;
  let place = before.length;
  while (place > 0 && numberAt(before, place - 1) >= message.seq) place -= 1;
  if (place < before.length && numberAt(before, place) === message.seq) return timeline;
  const messages = before.slice(0, place);
  messages.push(message);
  for (let i = place; i < before.length; i += 1) messages.push(before[i] as Message);
  let upTo = timeline.upTo;
  while (upTo < messages.length && numberAt(messages, upTo) === upTo + 1) upTo += 1;
  return { messages, upTo };
}

/** Whether messages are missing before one that is here. */
export function hasGap(timeline: Timeline): boolean {
  return timeline.messages.length > timeline.upTo;
}

/** How many of the agent's messages the visitor has not seen. */
export function unreadAfter(timeline: Timeline, seen: number): number {
  let count = 0;
  for (let i = timeline.messages.length - 1; i >= 0; i -= 1) {
    const message = timeline.messages[i] as Message;
    if (message.seq <= seen) break;
    if (message.author === "agent") count += 1;
  }
  return count;
}

function numberAt(messages: readonly Message[], index: number): number {
  return messages[index]?.seq ?? 0;
}
