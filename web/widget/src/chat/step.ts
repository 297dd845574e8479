/** What happens to the state, and what is to be done, when something happens. Pure: time and chance are passed in. */
import {
  again,
  closed,
  connect,
  disconnect,
  forget,
  opened,
  poll,
  received,
  tellSeen,
  watchGap,
} from "./link.ts";
import {
  ADOPT_AFTER_MS,
  amend,
  delayed,
  enqueue,
  pendingFrom,
  pump,
  refused,
  requeue,
  resend,
  settle,
} from "./outbox.ts";
import type { ChatEvent, ChatState, Effect, Env, Refusal, Step, TimerName } from "./state.ts";
import { EMPTY_TIMELINE, hasGap, unreadAfter } from "./timeline.ts";

const TYPING_TOLD_EVERY_MS = 3_000;

export const INITIAL: ChatState = {
  identity: null,
  timeline: EMPTY_TIMELINE,
  outbox: [],
  link: "off",
  failures: 0,
  epoch: null,
  welcomedAt: null,
  seenByAgent: 0,
  seenByVisitor: 0,
  agentTypes: false,
  typingToldAt: 0,
  presence: null,
  info: null,
  unreachable: false,
  gone: false,
  rejected: null,
  paused: false,
};

export function step(before: ChatState, event: ChatEvent, env: Env): { state: ChatState; effects: Effect[] } {
  const current: Step = { ...env, state: { ...before }, effects: [] };
  handle(current, event);
  return { state: current.state, effects: current.effects };
}

function handle(current: Step, event: ChatEvent): void {
  const { state } = current;
  switch (event.type) {
    case "restored":
    case "shared":
      return recall(current, event);
    case "submitted":
      return submitted(current, event);
    case "retried":
      requeue(current);
      amend(current, (one) => one.clientId === event.clientId, {
        phase: "queued",
        attempts: 0,
        foreign: false,
      });
      connect(current);
      return pump(current);
    case "typed":
      if (state.link !== "live" || current.now - state.typingToldAt < TYPING_TOLD_EVERY_MS) return;
      state.typingToldAt = current.now;
      current.effects.push({ type: "send", frame: { type: "typing" } });
      return;
    case "looked":
      if (unread(state) === 0 || state.seenByVisitor >= state.timeline.upTo) return;
      state.seenByVisitor = state.timeline.upTo;
      return tellSeen(current);
    case "socket_opened":
      return opened(current);
    case "socket_closed":
      if (state.link === "connecting" || state.link === "live") closed(current, event.code);
      return;
    case "frame":
      return received(current, event.frame);
    case "timer":
      return expired(current, event.name);
    case "stored":
      return stored(current, event);
    case "not_stored":
      return notStored(current, event.clientId, event.refusal);
    case "polled":
      for (const message of event.messages) settle(current, message);
      if (event.hasMore && event.messages.length > 0) poll(current);
      return;
    case "woke":
      return woke(current);
    case "paused":
      state.paused = true;
      return disconnect(current);
    case "resumed":
      state.paused = false;
      return connect(current);
    case "informed":
      state.unreachable = event.info === null && state.info === null;
      state.info = event.info ?? state.info;
  }
}

/** The agent's messages that the visitor has not seen. */
export function unread(state: ChatState): number {
  return unreadAfter(state.timeline, state.seenByVisitor);
}

function recall(current: Step, event: Extract<ChatEvent, { type: "restored" | "shared" }>): void {
  const { state } = current;
  const foreign = event.type === "shared";
  if (event.identity && !state.identity?.conversationId) {
    state.identity = event.identity;
    state.gone = false;
  }
  const still = event.outbox.map((stored) => stored.clientId);
  if (foreign) state.outbox = state.outbox.filter((one) => !one.foreign || still.includes(one.clientId));
  for (const stored of event.outbox) {
    if (state.outbox.some((one) => one.clientId === stored.clientId)) continue;
    if (state.timeline.messages.some((one) => one.clientId === stored.clientId)) continue;
    enqueue(current, pendingFrom(stored, foreign));
    if (foreign) current.effects.push({ type: "timer", name: "adopt", ms: ADOPT_AFTER_MS });
  }
  connect(current);
  pump(current);
}

function submitted(current: Step, event: Extract<ChatEvent, { type: "submitted" }>): void {
  const { state } = current;
  state.rejected = null;
  state.gone = false;
  if (!state.identity?.conversationId && state.outbox.length === 0) {
    const visitor = event.visitor ?? state.identity?.visitor ?? {};
    state.identity = { token: state.identity?.token ?? current.token(), conversationId: null, visitor };
  }
  requeue(current);
  amend(current, () => true, { foreign: false });
  const { clientId, body, urgent } = event;
  enqueue(current, pendingFrom({ clientId, body, urgent, writtenAt: current.now }, false));
  if (state.link === "off") connect(current);
  pump(current);
}

function stored(current: Step, event: Extract<ChatEvent, { type: "stored" }>): void {
  const { identity } = current.state;
  if (event.conversationId && identity && identity.conversationId === null) {
    current.state.identity = { ...identity, conversationId: event.conversationId };
    connect(current);
  }
  settle(current, event.message);
  watchGap(current);
}

function notStored(current: Step, clientId: string, refusal: Refusal): void {
  if (refusal.kind === "unreachable") delayed(current, clientId, refusal.retryAfterMs);
  else if (refusal.kind === "refused") refused(current, clientId, refusal);
  else forget(current);
}

function expired(current: Step, name: TimerName): void {
  const { state } = current;
  switch (name) {
    case "reconnect":
      return connect(current);
    case "welcome":
      return again(current);
    case "stable":
      state.failures = 0;
      return;
    case "ack":
      return again(current);
    case "resend":
      return resend(current);
    case "adopt":
      amend(current, () => true, { foreign: false });
      return pump(current);
    case "gap":
      if (hasGap(state.timeline)) again(current);
      return;
    case "typing":
      state.agentTypes = false;
  }
}

/** The network came back or the computer woke up: the connection may be dead without knowing it. */
function woke(current: Step): void {
  if (current.state.link === "live") disconnect(current);
  if (current.state.link === "waiting") current.state.link = "off";
  connect(current);
  requeue(current);
  pump(current);
}
