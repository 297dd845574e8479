"use client";
/** Deskbell's chat for React and Next.js. Draws nothing itself: it loads the widget once and tells it what to be. */
import { useEffect } from "react";

export interface DeskbellChatProps {
  /** The address of the loader, for example `https://chat.example/widget.js`. */
  src: string;
  /** The corner; the end of the line by default. */
  position?: "left" | "right" | "end";
  /** The accent, as #rgb or #rrggbb. */
  colour?: string;
  theme?: "light" | "dark" | "auto";
  /** A language tag; the page's language by default. */
  locale?: string;
  /** Where a visitor is sent when the chat is out of order. */
  fallbackUrl?: string;
  /** Who the visitor is, as far as the page knows. */
  name?: string;
  email?: string;
  phone?: string;
  /** The nonce of the page's Content Security Policy. */
  nonce?: string;
}

type Settings = Omit<DeskbellChatProps, "src" | "nonce">;
type Call = ["hide" | "show"] | ["update", Settings];

interface Page {
  deskbell?: { push(call: Call): unknown };
  trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy };
}

interface Policy {
  createScriptURL(url: string): string;
}

/** Where the page demands trusted types, the address needs somebody to vouch for it. */
let policy: Policy | undefined;
let script: HTMLScriptElement | undefined;
let leaving: ReturnType<typeof setTimeout> | undefined;

export function DeskbellChat({ src, nonce, ...settings }: DeskbellChatProps): null {
  useEffect(() => {
    clearTimeout(leaving);
    load(src, nonce);
    call(["show"]);
    return () => {
      // Strict mode and page changes unmount and mount again at once; only a lasting absence counts.
      leaving = setTimeout(() => call(["hide"]));
    };
  }, [src, nonce]);

  const told = JSON.stringify(settings);
  useEffect(() => call(["update", JSON.parse(told)]), [told]);
  return null;
}

/** The widget takes calls before it is there from a queue of the same name. */
function call(what: Call): void {
  const page = window as Page;
  page.deskbell ??= [] as Call[];
  page.deskbell.push(what);
}

function load(src: string, nonce: string | undefined): void {
  if (script) return;
  const element = document.createElement("script");
  element.async = true;
  if (nonce) element.nonce = nonce;
  policy ??= (window as Page).trustedTypes?.createPolicy("deskbell", { createScriptURL: (url) => url });
  element.src = policy ? policy.createScriptURL(src) : src;
  element.onerror = () => {
    // The next mount tries again.
    element.remove();
    script = undefined;
  };
  script = element;
  document.head.append(element);
}
