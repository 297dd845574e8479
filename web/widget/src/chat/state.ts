/** What one tab knows of the visitor's conversation, and the words in which it is told and in which it asks. */
import type { ClientFrame, ServerFrame, WidgetInfo } from "@deskbell/api-client";
import type { Message, Timeline } from "./timeline.ts";

/** What the visitor says of themselves. */
export interface Visitor {
  name?: string;
  phone?: string;
  email?: string;
}

/** Who the visitor is for the server; `conversationId` is null until the first message is stored. */
export interface Identity {
  token: string;
  conversationId: string | null;
  visitor: Visitor;
}

/** A message that is not known to be stored. */
export interface Pending {
  clientId: string;
  body: string;
  urgent: boolean;
  /** When it was written; the order in which messages are sent. */
  writtenAt: number;
  /** `unsent` could not be delivered and may be tried again, `refused` was rejected for what it says. */
  phase: "queued" | "sending" | "unsent" | "refused";
  attempts: number;
  /** Another tab is about to send it. */
  foreign: boolean;
}

export type LinkPhase = "off" | "connecting" | "live" | "waiting";

export interface Presence {
  open: boolean;
  openAgainAt: string | null;
  agent: string | null;
  closed: boolean;
}

export interface ChatState {
  identity: Identity | null;
  timeline: Timeline;
  outbox: readonly Pending[];
  link: LinkPhase;
  /** Failed connections in a row. */
  failures: number;
  epoch: string | null;
  /** The number of the last message when the connection was opened; everything up to it is history. */
  welcomedAt: number | null;
  seenByAgent: number;
  seenByVisitor: number;
  agentTypes: boolean;
  typingToldAt: number;
  presence: Presence | null;
  info: WidgetInfo | null;
  /** The server has nothing to say; set while the first question for `info` fails. */
  unreachable: boolean;
  /** The conversation is no longer there for this visitor. */
  gone: boolean;
  /** A first message that was refused, with the fields at fault. */
  rejected: { body: string; fields: readonly string[] } | null;
  paused: boolean;
}

export type TimerName = "reconnect" | "welcome" | "stable" | "ack" | "resend" | "adopt" | "gap" | "typing";

/** How an attempt to store a message over HTTP ended badly. */
export type Refusal =
  | { kind: "unreachable"; retryAfterMs?: number }
  | { kind: "refused"; fields: readonly string[] }
  | { kind: "gone" };

export type ChatEvent =
  | { type: "restored" | "shared"; identity: Identity | null; outbox: readonly Stored[] }
  | { type: "submitted"; clientId: string; body: string; urgent: boolean; visitor?: Visitor }
  | { type: "retried"; clientId: string }
  | { type: "typed" }
  | { type: "looked" }
  | { type: "socket_opened" }
  | { type: "socket_closed"; code: number }
  | { type: "frame"; frame: ServerFrame }
  | { type: "timer"; name: TimerName }
  | { type: "stored"; clientId: string; message: Message; conversationId?: string }
  | { type: "not_stored"; clientId: string; refusal: Refusal }
  | { type: "polled"; messages: readonly Message[]; hasMore: boolean }
  | { type: "woke" }
  | { type: "paused" | "resumed" }
  | { type: "informed"; info: WidgetInfo | null };

/** The part of a pending message that outlives the page. */
export type Stored = Pick<Pending, "clientId" | "body" | "urgent" | "writtenAt">;

export type Effect =
  | { type: "connect"; conversationId: string }
  | { type: "disconnect" }
  | { type: "send"; frame: ClientFrame }
  | { type: "start"; identity: Identity; pending: Pending }
  | { type: "append"; conversationId: string; token: string; pending: Pending }
  | { type: "poll"; conversationId: string; token: string; afterSeq: number }
  | { type: "timer"; name: TimerName; ms: number }
  | { type: "cancel"; name: TimerName };

/** Time and chance, passed in. */
export interface Env {
  now: number;
  random: () => number;
  /** 32 random bytes in base64url. */
  token: () => string;
}

/** One step in progress: a copy of the state that the handlers change, and what they ask for. */
export interface Step extends Env {
  state: ChatState;
  effects: Effect[];
}
