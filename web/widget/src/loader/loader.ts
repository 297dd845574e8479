/** The one script of the page: draws the button, loads the window when it is wanted, answers `window.deskbell`. */
import {
  type Api,
  type Call,
  type ChatWindow,
  IDENTITY_KEY,
  type Launcher,
  type Options,
  type Settings,
  type WindowModule,
} from "../contract.ts";
import { BUBBLE, DOWN, drawButton } from "./button.ts";
import { paint } from "./colour.ts";
import { localeOf, WORDS } from "./words.ts";

/** The hashed name of the window's module, beside this script; filled in by the build. */
declare const WINDOW_FILE: string;

const SLOW_MS = 10_000;

function load(script: HTMLScriptElement): Api {
  const { src, dataset } = script;
  const { host, frame, button, path, badge, note } = drawButton();
  const options: Options = {
    locale: localeOf(document.documentElement.lang || navigator.language),
    fallbackUrl: "",
    visitor: {},
  };
  let chat: ChatWindow | undefined;
  let loading: Promise<ChatWindow> | undefined;
  let wanted = false;
  let tries = 0;

  const update = (settings: Settings) => {
    const { colour, position, theme, locale, fallbackUrl, name, email, phone } = settings;
    if (colour) paint(host, colour);
    if (position) frame.dataset.at = position;
    if (theme) host.dataset.theme = theme;
    if (locale) options.locale = localeOf(locale);
    if (fallbackUrl) note.href = fallbackUrl;
    // The address may point anywhere, but it may not run code.
    if (!/^(https?|mailto|tel):/.test(note.protocol)) note.removeAttribute("href");
    options.fallbackUrl = note.href;
    Object.assign(options.visitor, name && { name }, email && { email }, phone && { phone });

    const [talk, sorry] = WORDS[options.locale];
    button.ariaLabel = frame.ariaLabel = talk;
    frame.lang = options.locale;
    frame.dir = options.locale === "ar" ? "rtl" : "ltr";
    note.textContent = sorry;
    chat?.update();
  };
  const expanded = (open: boolean) => {
    wanted = open;
    button.ariaExpanded = `${open}`;
    path.setAttribute("d", open ? DOWN : BUBBLE);
    note.hidden = true;
  };

  const launcher: Launcher = {
    src,
    host,
    frame,
    options,
    setUnread(count, label) {
      badge.hidden = !count;
      badge.textContent = count > 9 ? "9+" : `${count}`;
      button.ariaLabel = label || frame.ariaLabel;
    },
    closed() {
      expanded(false);
      button.focus();
    },
  };

  const fetchWindow = () => {
    // A module that failed to load stays failed under its address.
    const url = new URL(WINDOW_FILE + (tries ? `?${tries}` : ""), src).href;
    loading ??= (import(url) as Promise<WindowModule>).then(
      (module) => {
        chat = module.start(launcher);
        return chat;
      },
      (error) => {
        loading = undefined;
        tries += 1;
        throw error;
      },
    );
    return loading;
  };
  const warm = () => void fetchWindow().catch(() => {});

  const open = () => {
    expanded(true);
    const apologise = () => {
      note.hidden = false;
    };
    const slow = setTimeout(apologise, SLOW_MS);
    button.ariaBusy = "true";
    fetchWindow()
      .then(
        (window) => wanted && window.open(),
        () => {
          expanded(false);
          apologise();
        },
      )
      .finally(() => {
        clearTimeout(slow);
        button.ariaBusy = null;
      });
  };
  const close = () => {
    expanded(false);
    chat?.close();
  };
  const api: Api = {
    open,
    close,
    hide() {
      host.hidden = true;
      chat?.pause();
    },
    show() {
      host.hidden = false;
      chat?.resume();
    },
    identify: update,
    update,
    push(call: Call) {
      (api[call[0]] as (argument?: unknown) => void)?.(call[1]);
    },
  };

  expanded(false);
  button.onclick = () => (wanted ? close() : open());
  button.onpointerenter = button.onfocus = warm;
  update(dataset as Settings);
  const mount = () => {
    document.body.append(host);
    // Whoever has a conversation sees what is new in it; nobody else costs a request.
    try {
      if (localStorage.getItem(IDENTITY_KEY)) warm();
    } catch {}
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", mount);
  else mount();
  return api;
}

const page = window as unknown as { deskbell?: Api | Call[] };
const queued = page.deskbell;
if (!queued || !("open" in queued)) {
  const api = load(document.currentScript as HTMLScriptElement);
  page.deskbell = api;
  if (queued) for (let i = 0; i < queued.length; i += 1) api.push(queued[i] as Call);
}
