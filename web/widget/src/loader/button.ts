/** The button in the corner of the page, in a shadow root of its own. */
import css from "./loader.css?inline";

const SVG = "http://www.w3.org/2000/svg";
export const DOWN = "m6 9.5 6 6 6-6";
export const BUBBLE = "M21 12a8 8 0 0 1-8 8H4l1.8-2.9A8 8 0 1 1 21 12ZM9 10.5h8M9 14h5";

export interface Button {
  host: HTMLElement;
  /** Carries the direction and the place. */
  frame: HTMLElement;
  button: HTMLElement;
  path: SVGElement;
  badge: HTMLElement;
  /** Says that the chat cannot be loaded. */
  note: HTMLAnchorElement;
}

function append<K extends keyof HTMLElementTagNameMap>(parent: Node, tag: K): HTMLElementTagNameMap[K] {
  return parent.appendChild(document.createElement(tag));
}

export function drawButton(): Button {
  const host = document.createElement("deskbell-chat");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const frame = append(root, "div");
  frame.className = "at";
  frame.role = "region";
  const button = append(frame, "button");
  const svg = button.appendChild(document.createElementNS(SVG, "svg"));
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = svg.appendChild(document.createElementNS(SVG, "path"));
  const badge = append(button, "b");
  const status = append(frame, "div");
  status.role = "status";
  const note = append(status, "a");
  badge.hidden = note.hidden = true;
  return { host, frame, button, path, badge, note };
}
