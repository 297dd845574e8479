/** Sends what the visitor wrote: one message at a time, in order, until each is stored exactly once. */
import type { Pending, Refusal, Step, Stored } from "./state.ts";
import { type Message, withMessage } from "./timeline.ts";

const ATTEMPTS_MAX = 4;
const ACK_TIMEOUT_MS = 8_000;
const RESEND_MIN_MS = 1_000;
const RESEND_MAX_MS = 60_000;
/** How often a message that was given up is tried again without being asked. */
const RESEND_SLOW_MS = 30_000;
/** After this time a message of another tab is sent by this one. */
export const ADOPT_AFTER_MS = 15_000;

export function pendingFrom(stored: Stored, foreign: boolean): Pending {
  return { ...stored, phase: "queued", attempts: 0, foreign };
}

export function pendingOf({ state }: Step, clientId: string | undefined): Pending | undefined {
  return state.outbox.filter((pending) => pending.clientId === clientId)[0];
}

/** Puts a message in its place by time. */
export function enqueue(step: Step, pending: Pending): void {
  const outbox = step.state.outbox.filter((other) => other.clientId !== pending.clientId);
  let place = outbox.length;
  while (place > 0 && (outbox[place - 1]?.writtenAt ?? 0) > pending.writtenAt) place -= 1;
  step.state.outbox = [...outbox.slice(0, place), pending, ...outbox.slice(place)];
}

/** Changes the pending messages that `which` picks. */
export function amend(step: Step, which: (pending: Pending) => boolean, change: Partial<Pending>): void {
  step.state.outbox = step.state.outbox.map((pending) =>
    which(pending) ? { ...pending, ...change } : pending,
  );
}

/** Makes everything that failed for want of a connection ready to be sent. */
export function requeue(step: Step, attempts = 0): void {
  amend(step, (pending) => pending.phase === "unsent", { phase: "queued", attempts });
}

/** The time has come for the message that did not get through. */
export function resend(step: Step): void {
  requeue(step, ATTEMPTS_MAX - 1);
  pump(step);
}

/** Sends the next message if none is on its way. */
export function pump(step: Step): void {
  const { identity, outbox, link } = step.state;
  if (!identity || outbox.some((pending) => pending.phase === "sending")) return;
  const next = outbox.filter((pending) => pending.phase === "queued")[0];
  if (!next || next.foreign) return;
  amend(step, (pending) => pending.clientId === next.clientId, { phase: "sending" });
  step.effects.push({ type: "cancel", name: "resend" });
  const { conversationId, token } = identity;
  if (conversationId === null) {
    step.effects.push({ type: "start", identity, pending: next });
  } else if (link === "live" && next.attempts === 0) {
    const frame = { type: "send", client_message_id: next.clientId, body: next.body } as const;
    step.effects.push({ type: "send", frame: next.urgent ? { ...frame, urgent: true } : frame });
    step.effects.push({ type: "timer", name: "ack", ms: ACK_TIMEOUT_MS });
  } else {
    step.effects.push({ type: "append", conversationId, token, pending: next });
  }
}

/** The message is stored, however that became known. */
export function settle(step: Step, message: Message): void {
  const known = pendingOf(step, message.clientId);
  if (known) {
    step.state.outbox = step.state.outbox.filter((pending) => pending !== known);
    if (known.phase === "sending") step.effects.push({ type: "cancel", name: "ack" });
  }
  step.state.timeline = withMessage(step.state.timeline, message);
  if (known) pump(step);
}

/** The message did not get through: try again soon, or say so. */
export function delayed(step: Step, clientId: string, retryAfterMs = 0): void {
  const pending = pendingOf(step, clientId);
  if (pending?.phase !== "sending") return;
  const attempts = pending.attempts + 1;
  step.effects.push({ type: "cancel", name: "ack" });
  if (attempts >= ATTEMPTS_MAX) {
    amend(step, (one) => one === pending || one.phase === "queued", { phase: "unsent" });
    const ms = Math.max(retryAfterMs, RESEND_SLOW_MS * (0.75 + step.random() / 2));
    step.effects.push({ type: "timer", name: "resend", ms });
    return;
  }
  amend(step, (one) => one === pending, { phase: "queued", attempts });
  const ms = RESEND_MIN_MS * 2 ** (attempts - 1) * (0.75 + step.random() / 2);
  step.effects.push({
    type: "timer",
    name: "resend",
    ms: Math.min(RESEND_MAX_MS, Math.max(ms, retryAfterMs)),
  });
}

/** The server will not take the message as it is; a first one goes back to the form with all that followed it. */
export function refused(step: Step, clientId: string, refusal: Extract<Refusal, { kind: "refused" }>): void {
  const pending = pendingOf(step, clientId);
  if (!pending) return;
  step.effects.push({ type: "cancel", name: "ack" });
  if (step.state.identity?.conversationId === null && refusal.fields.length > 0) {
    const bodies = step.state.outbox.map((one) => one.body);
    step.state.rejected = { body: bodies.join("\n\n"), fields: refusal.fields };
    step.state.outbox = [];
    step.state.identity = null;
  } else {
    amend(step, (one) => one === pending, { phase: "refused" });
  }
  pump(step);
}
