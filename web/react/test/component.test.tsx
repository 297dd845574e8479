/** @jsxImportSource react */
// @vitest-environment happy-dom
import { act, StrictMode } from "react";
import { createRoot, hydrateRoot, type Root } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import type { Settings } from "../../widget/src/contract.ts";
import type { DeskbellChatProps } from "../src/index.tsx";

const SRC = "https://chat.example/widget.js";
const page = globalThis as unknown as { deskbell?: unknown[]; IS_REACT_ACT_ENVIRONMENT: boolean };

let DeskbellChat: typeof import("../src/index.tsx").DeskbellChat;
let root: Root;
const scripts = () => [...document.querySelectorAll("script")];

beforeEach(async () => {
  page.IS_REACT_ACT_ENVIRONMENT = true;
  vi.useFakeTimers();
  vi.resetModules();
  delete page.deskbell;
  document.head.replaceChildren();
  document.body.innerHTML = "<div id=root></div>";
  // The element is looked at, not fetched.
  vi.spyOn(document.head, "append").mockImplementation((...nodes) => {
    for (const node of nodes) {
      (node as HTMLScriptElement).type = "text/plain";
      document.head.appendChild(node as Node);
    }
  });
  ({ DeskbellChat } = await import("../src/index.tsx"));
  root = createRoot(document.getElementById("root") as HTMLElement);
});

afterEach(() => {
  vi.useRealTimers();
});

test("loads the widget once and passes on what it is told", async () => {
  await act(() => root.render(<DeskbellChat src={SRC} colour="#0b5c8a" locale="de" nonce="abc" />));
  expect(scripts().map(({ src, async, nonce }) => [src, async, nonce])).toEqual([[SRC, true, "abc"]]);
  expect(page.deskbell).toEqual([["show"], ["update", { colour: "#0b5c8a", locale: "de" }]]);
});

test("passes on only what has changed", async () => {
  await act(() => root.render(<DeskbellChat src={SRC} position="left" />));
  await act(() => root.render(<DeskbellChat src={SRC} position="left" />));
  expect(page.deskbell).toHaveLength(2);
  await act(() => root.render(<DeskbellChat src={SRC} position="right" />));
  expect(page.deskbell?.[2]).toEqual(["update", { position: "right" }]);
  expect(scripts()).toHaveLength(1);
});

test("hides when it is unmounted for good, and comes back", async () => {
  await act(() => root.render(<DeskbellChat src={SRC} />));
  await act(() => root.render(null));
  vi.runAllTimers();
  expect(page.deskbell?.at(-1)).toEqual(["hide"]);
  await act(() => root.render(<DeskbellChat src={SRC} />));
  expect(page.deskbell?.slice(-2)).toEqual([["show"], ["update", {}]]);
  expect(scripts()).toHaveLength(1);
});

test("strict mode mounts twice and changes nothing", async () => {
  await act(() =>
    root.render(
      <StrictMode>
        <DeskbellChat src={SRC} />
      </StrictMode>,
    ),
  );
  vi.runAllTimers();
  expect(scripts()).toHaveLength(1);
  expect(page.deskbell).not.toContainEqual(["hide"]);
});

test("is nothing on the server, and hydrates without complaint", async () => {
  const layout = (
    <main>
      <h1>Shop</h1>
      <DeskbellChat src={SRC} />
    </main>
  );
  const html = renderToString(layout);
  expect(html).toBe("<main><h1>Shop</h1></main>");
  expect(page.deskbell).toBeUndefined();
  const complaints = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const container = document.createElement("div");
  container.innerHTML = html;
  await act(() => hydrateRoot(container, layout));
  expect(complaints).not.toHaveBeenCalled();
  expect(scripts()).toHaveLength(1);
});

test("tries again after the script could not be loaded", async () => {
  await act(() => root.render(<DeskbellChat src={SRC} />));
  scripts()[0]?.onerror?.(new Event("error"));
  expect(scripts()).toHaveLength(0);
  await act(() => root.render(<DeskbellChat key="again" src={SRC} />));
  expect(scripts()).toHaveLength(1);
});

test("takes what the widget takes", () => {
  expectTypeOf<Omit<DeskbellChatProps, "src" | "nonce">>().toEqualTypeOf<Settings>();
});
