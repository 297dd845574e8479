/** What every part of the window is given. */
import type { ChatState } from "../chat/state.ts";
import type { Options } from "../contract.ts";
import type { Words } from "./words.ts";

export interface View {
  state: ChatState;
  options: Options;
  words: Words;
  draft: string;
  sound: boolean;
  act: Actions;
}

export interface Contact {
  name?: string;
  phone?: string;
  email?: string;
}

export interface Actions {
  send(body: string, urgent: boolean, contact?: Contact): void;
  retry(clientId: string): void;
  typed(text: string): void;
  looked(): void;
  close(): void;
  toggleSound(): void;
}

/** Most characters of a message. */
export const BODY_MAX_CHARS = 4_000;

/** How many characters, as the server counts them, the text is too long. */
export function excess(text: string): number {
  let count = -BODY_MAX_CHARS;
  for (const _ of text.trim()) count += 1;
  return Math.max(0, count);
}
