/** Starts the window: joins the engine with the browser and draws what it says. */
import { render } from "preact";
import { Engine } from "../chat/engine.ts";
import type { ChatState } from "../chat/state.ts";
import { unread } from "../chat/step.ts";
import type { ChatWindow, Launcher } from "../contract.ts";
import { browserMemory } from "../ports/memory.ts";
import { uuid, visitorToken } from "../ports/random.ts";
import { httpServer } from "../ports/server.ts";
import { openSocket } from "../ports/socket.ts";
import { onWake } from "../ports/wake.ts";
import { App } from "./app.tsx";
import { chime } from "./sound.ts";
import { styles } from "./style.ts";
import type { Actions } from "./view.ts";
import { ENGLISH, fill, wordsOf } from "./words.ts";

const INFO_FRESH_MS = 60_000;

export function start(launcher: Launcher): ChatWindow {
  const { options } = launcher;
  const api = new URL("api/v1/", launcher.src);
  const mount = draw(launcher);
  let open = false;
  let informedAt = 0;
  let drawn = 0;
  let heard = 0;
  let words = options.locale === "en" ? ENGLISH : null;

  const memory = browserMemory(() => engine.restore("shared"));
  const engine = new Engine(
    {
      now: Date.now,
      random: Math.random,
      token: visitorToken,
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      openSocket: (id, events) => openSocket(api, id, events),
      server: httpServer(api, () => options.locale),
      memory,
    },
    (state) => {
      listen(state);
      schedule();
    },
  );
  let draft = memory.draft();
  let sound = memory.sound();

  const act: Actions = {
    send(body, urgent, contact) {
      draft = "";
      memory.saveDraft("");
      engine.dispatch({
        type: "submitted",
        clientId: uuid(),
        body,
        urgent,
        ...(contact && { visitor: contact }),
      });
    },
    retry: (clientId) => engine.dispatch({ type: "retried", clientId }),
    typed(text) {
      draft = text;
      memory.saveDraft(text);
      if (text) engine.dispatch({ type: "typed" });
    },
    looked() {
      if (open && document.visibilityState === "visible") engine.dispatch({ type: "looked" });
    },
    close() {
      close();
      launcher.closed();
    },
    toggleSound() {
      sound = !sound;
      memory.saveSound(sound);
      if (sound) chime();
      schedule();
    },
  };

  /** Tells of answers that arrive while nobody looks. */
  function listen(state: ChatState): void {
    const count = unread(state);
    const live = state.welcomedAt !== null && state.timeline.upTo > state.welcomedAt;
    if (count > heard && live && sound) chime();
    heard = count;
  }

  /** Draws once for everything that happened in one go. */
  function schedule(): void {
    if (drawn) return;
    drawn = requestAnimationFrame(show);
    // A page in the background has no frames, but its button still counts.
    if (document.visibilityState === "hidden") show();
  }

  function show(): void {
    cancelAnimationFrame(drawn);
    drawn = 0;
    if (!words) return;
    const { state } = engine;
    const { rejected } = state;
    if (rejected && rejected !== returned) {
      returned = rejected;
      draft = rejected.body;
    }
    const count = unread(state);
    launcher.setUnread(open ? 0 : count, count ? fill(words.unread, `${count}`) : undefined);
    render(open ? <App {...{ state, options, words, draft, sound, act }} key={words} /> : null, mount);
  }
  let returned: ChatState["rejected"] = null;

  function close(): void {
    open = false;
    show();
  }

  /** Draws in the language that is wanted now, as soon as its words are there. */
  async function speak(): Promise<void> {
    const { locale } = options;
    const spoken = await wordsOf(locale);
    if (locale !== options.locale) return;
    words = spoken;
    show();
  }

  document.addEventListener("visibilitychange", schedule);
  void speak();
  onWake(() => engine.dispatch({ type: "woke" }));
  engine.restore();
  return {
    open() {
      open = true;
      show();
      const fresh = engine.state.info && Date.now() - informedAt < INFO_FRESH_MS;
      if (!fresh) void engine.inform();
      informedAt = Date.now();
    },
    close,
    pause: () => engine.dispatch({ type: "paused" }),
    resume: () => engine.dispatch({ type: "resumed" }),
    update: () => {
      mount.host.setAttribute("data-theme", launcher.host.dataset.theme ?? "auto");
      void speak();
    },
  };
}

/** A shadow root of its own: neither the page's style nor the button's reaches in. */
function draw({ frame, host }: Launcher): ShadowRoot {
  const container = document.createElement("div");
  container.dataset.theme = host.dataset.theme ?? "auto";
  frame.prepend(container);
  const root = container.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  root.adoptedStyleSheets = [sheet];
  return root;
}
