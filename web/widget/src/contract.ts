/** What the loader and the window agree on, and what the page may ask for. */

export const LOCALES = ["en", "es", "fr", "de", "pt", "ar"] as const;
export type Locale = (typeof LOCALES)[number];
export type Position = "left" | "right" | "end";
export type Theme = "light" | "dark" | "auto";

export interface Identified {
  name?: string;
  email?: string;
  phone?: string;
}

export interface Options {
  locale: Locale;
  /** Where a visitor who cannot be served here is sent; empty if nowhere. */
  fallbackUrl: string;
  visitor: Identified;
}

/** What the window gets from the loader. */
export interface Launcher {
  /** The address of the loader; the API stands beside it. */
  src: string;
  host: HTMLElement;
  /** Has the place, the direction and the language; the window puts itself into it. */
  frame: HTMLElement;
  options: Options;
  /** `label` names the button while there is something to read. */
  setUnread(count: number, label?: string): void;
  /** The visitor closed the window. */
  closed(): void;
}

/** What the loader gets from the window's module. */
export interface ChatWindow {
  open(): void;
  close(): void;
  /** Leaves the network alone while the widget is hidden. */
  pause(): void;
  resume(): void;
  /** The options have changed. */
  update(): void;
}

export interface WindowModule {
  start(launcher: Launcher): ChatWindow;
}

/** What the page may set, as `data-` attributes of the script or through `update`. */
export interface Settings extends Identified {
  locale?: string;
  /** The accent, as #rgb or #rrggbb. */
  colour?: string;
  position?: Position;
  theme?: Theme;
  fallbackUrl?: string;
}

/** `window.deskbell`; before it is there, calls may be queued: `(window.deskbell ||= []).push(["open"])`. */
export interface Api {
  open(): void;
  close(): void;
  hide(): void;
  show(): void;
  /** Who the visitor is, as far as the page knows. */
  identify(visitor: Identified): void;
  update(settings: Settings): void;
  push(call: Call): void;
}

export type Call =
  | readonly ["open" | "close" | "hide" | "show"]
  | readonly ["identify", Identified]
  | readonly ["update", Settings];

/** Where the browser keeps who the visitor is; its presence means that there is a conversation to come back to. */
export const IDENTITY_KEY = "deskbell:identity";
