/** The browser's storage as the chat's memory. It may be missing or full: then the chat forgets, and still works. */
import type { Memory, Saved } from "../chat/engine.ts";
import type { Identity, Stored } from "../chat/state.ts";
import { IDENTITY_KEY } from "../contract.ts";

const PENDING = "deskbell:pending:";
const DRAFT = "deskbell:draft";
const SOUND = "deskbell:sound";

export interface BrowserMemory extends Memory {
  draft(): string;
  saveDraft(text: string): void;
  sound(): boolean;
  saveSound(on: boolean): void;
}

export function browserMemory(changedElsewhere: () => void): BrowserMemory {
  const channel = attempt(() => new BroadcastChannel("deskbell"));
  if (channel) channel.onmessage = changedElsewhere;
  return {
    load: () => ({ identity: readIdentity(), outbox: readPending() }),
    saveIdentity: (identity) => write(IDENTITY_KEY, identity && JSON.stringify(identity)),
    savePending: ({ clientId, body, urgent, writtenAt }) =>
      write(PENDING + clientId, JSON.stringify({ clientId, body, urgent, writtenAt })),
    dropPending: (clientId) => write(PENDING + clientId, null),
    announce: () => channel?.postMessage(0),
    draft: () => attempt(() => localStorage.getItem(DRAFT)) ?? "",
    saveDraft: (text) => write(DRAFT, text || null),
    sound: () => read(SOUND) === true,
    saveSound: (on) => write(SOUND, on ? "true" : null),
  };
}

function readIdentity(): Identity | null {
  const identity = read(IDENTITY_KEY) as Identity | null;
  return typeof identity?.token === "string" ? identity : null;
}

function readPending(): Saved["outbox"] {
  const outbox: Stored[] = [];
  attempt(() => {
    for (let i = 0; i < localStorage.length; i += 1) {
      const key = localStorage.key(i) ?? "";
      const pending = key.startsWith(PENDING) ? (read(key) as Stored | null) : null;
      if (typeof pending?.body === "string") outbox.push(pending);
    }
  });
  return outbox.sort((a, b) => a.writtenAt - b.writtenAt);
}

function read(key: string): unknown {
  return attempt(() => JSON.parse(localStorage.getItem(key) ?? "null"));
}

function write(key: string, value: string | null): void {
  attempt(() => (value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value)));
}

function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
