/** Keeps the connection to the conversation: opens it, catches up, notices what is missing, comes back. */
import type { ServerFrame } from "@deskbell/api-client";
import { CLOSE, waitAfter } from "./backoff.ts";
import { messageFrom } from "./frames.ts";
import { amend, delayed, pendingOf, pump, refused, requeue, settle } from "./outbox.ts";
import type { Step } from "./state.ts";
import { EMPTY_TIMELINE, hasGap } from "./timeline.ts";

const WELCOME_TIMEOUT_MS = 10_000;
const STABLE_AFTER_MS = 10_000;
const GAP_TIMEOUT_MS = 5_000;
const TYPING_SHOWN_MS = 5_000;
/** From this failure on, messages are also fetched over HTTP. */
const POLL_FROM_FAILURE = 2;

/** Codes of errors that another attempt can mend. */
const PASSING = ["rate_limited", "too_many_requests", "storage_unavailable", "overloaded", "internal"];

/** Closed by this side: nothing was heard for too long, or messages are missing. */
export const LOCAL_CLOSE = 4000;

export function connect(step: Step): void {
  const { identity, link, paused } = step.state;
  if (paused || !identity?.conversationId || link === "connecting" || link === "live") return;
  step.state.link = "connecting";
  step.effects.push({ type: "cancel", name: "reconnect" });
  step.effects.push({ type: "connect", conversationId: identity.conversationId });
  step.effects.push({ type: "timer", name: "welcome", ms: WELCOME_TIMEOUT_MS });
}

export function disconnect(step: Step): void {
  const { link } = step.state;
  if (link === "connecting" || link === "live") step.effects.push({ type: "disconnect" });
  step.state.link = "off";
  for (const name of ["reconnect", "welcome", "stable", "gap"] as const) {
    step.effects.push({ type: "cancel", name });
  }
  interrupted(step);
}

/** Drops the connection and opens another. */
export function again(step: Step): void {
  disconnect(step);
  closed(step, LOCAL_CLOSE);
}

/** Says hello; from here on the server sends what is missing. */
export function opened(step: Step): void {
  const { identity, timeline, epoch, link } = step.state;
  if (!identity || link !== "connecting") return;
  step.effects.push({
    type: "send",
    frame: { type: "hello", token: identity.token, after_seq: timeline.upTo, epoch },
  });
}

export function closed(step: Step, code: number): void {
  disconnect(step);
  if (code === CLOSE.notAllowed) return forget(step);
  step.state.failures += 1;
  step.state.link = "waiting";
  const ms = waitAfter(code, step.state.failures, step.random);
  step.effects.push({ type: "timer", name: "reconnect", ms });
  if (step.state.failures >= POLL_FROM_FAILURE) poll(step);
  pump(step);
}

export function poll(step: Step): void {
  const { identity, timeline } = step.state;
  if (!identity?.conversationId) return;
  const { conversationId, token } = identity;
  step.effects.push({ type: "poll", conversationId, token, afterSeq: timeline.upTo });
}

/** The conversation is out of reach for good; what was not sent is kept for the next one. */
export function forget(step: Step): void {
  disconnect(step);
  const visitor = step.state.identity?.visitor ?? {};
  step.state.identity = { token: step.token(), conversationId: null, visitor };
  step.state.gone = true;
  startOver(step, null);
  amend(step, () => true, { phase: "unsent", foreign: false });
}

export function received(step: Step, frame: ServerFrame): void {
  if (step.state.link === "connecting" && frame.type !== "welcome") return;
  switch (frame.type) {
    case "welcome":
      return welcomed(step, frame);
    case "message":
      return messaged(step, frame);
    case "ack":
      return acknowledged(step, frame);
    case "typing":
      if (frame.author === "agent") typing(step, true);
      return;
    case "seen": {
      const who = frame.author === "agent" ? "seenByAgent" : "seenByVisitor";
      step.state[who] = Math.max(step.state[who], frame.seq);
      return;
    }
    case "status":
      step.state.presence = {
        open: frame.open,
        openAgainAt: frame.open_again_at ?? null,
        agent: frame.agent ?? null,
        closed: frame.closed,
      };
      return;
    case "error":
      return troubled(step, frame);
  }
}

function welcomed(step: Step, frame: Extract<ServerFrame, { type: "welcome" }>): void {
  const { state } = step;
  const held = state.timeline.upTo;
  const restored = (state.epoch !== null && state.epoch !== frame.epoch) || frame.last_seq < held;
  if (restored) {
    startOver(step, frame.epoch);
    if (held > 0) return again(step);
  }
  state.epoch = frame.epoch;
  state.link = "live";
  state.welcomedAt = frame.last_seq;
  state.seenByAgent = Math.max(state.seenByAgent, frame.seen_by_agent);
  step.effects.push({ type: "cancel", name: "welcome" });
  step.effects.push({ type: "timer", name: "stable", ms: STABLE_AFTER_MS });
  if (state.seenByVisitor > frame.seen_by_visitor) tellSeen(step);
  state.seenByVisitor = Math.max(state.seenByVisitor, frame.seen_by_visitor);
  requeue(step);
  amend(step, () => true, { foreign: false });
  pump(step);
}

function messaged(step: Step, frame: Extract<ServerFrame, { type: "message" }>): void {
  if (frame.author === "agent") typing(step, false);
  settle(step, messageFrom(frame));
  const { timeline } = step.state;
  if (frame.seq > timeline.upTo) again(step);
}

function acknowledged(step: Step, frame: Extract<ServerFrame, { type: "ack" }>): void {
  const pending = pendingOf(step, frame.client_message_id);
  if (!pending) return;
  settle(step, {
    id: frame.id,
    seq: frame.seq,
    author: "visitor",
    body: pending.body,
    createdAt: frame.created_at,
    clientId: pending.clientId,
  });
  watchGap(step);
}

function troubled(step: Step, frame: Extract<ServerFrame, { type: "error" }>): void {
  const clientId = frame.client_message_id;
  if (!clientId) return;
  if (PASSING.includes(frame.code)) delayed(step, clientId);
  else refused(step, clientId, { kind: "refused", fields: [] });
}

/** The server's answer came before the messages that precede it; they should follow at once. */
export function watchGap(step: Step): void {
  if (hasGap(step.state.timeline)) step.effects.push({ type: "timer", name: "gap", ms: GAP_TIMEOUT_MS });
}

export function tellSeen(step: Step): void {
  const { link, seenByVisitor: seq } = step.state;
  if (link === "live") step.effects.push({ type: "send", frame: { type: "seen", seq } });
}

function typing(step: Step, types: boolean): void {
  step.state.agentTypes = types;
  if (types) step.effects.push({ type: "timer", name: "typing", ms: TYPING_SHOWN_MS });
  else step.effects.push({ type: "cancel", name: "typing" });
}

/** What was on its way by the socket goes back into the queue; an HTTP request still gets its answer. */
function interrupted(step: Step): void {
  step.state.agentTypes = false;
  const { identity } = step.state;
  if (!identity?.conversationId) return;
  amend(step, (one) => one.phase === "sending" && one.attempts === 0, { phase: "queued", attempts: 1 });
  step.effects.push({ type: "cancel", name: "ack" });
}

function startOver(step: Step, epoch: string | null): void {
  step.state.timeline = EMPTY_TIMELINE;
  step.state.epoch = epoch;
  step.state.welcomedAt = null;
  step.state.seenByAgent = 0;
  step.state.seenByVisitor = 0;
  step.state.presence = null;
}
