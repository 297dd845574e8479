/** The window: a form for strangers, the conversation for those who have begun one. */
import { useEffect, useRef } from "preact/hooks";
import { Conversation } from "./conversation.tsx";
import { Form } from "./form.tsx";
import { Header, TITLE_ID } from "./header.tsx";
import type { View } from "./view.ts";
import { isFullScreen, trackViewport } from "./viewport.ts";

export function App(view: View) {
  const { state, act } = view;
  const panel = useRef<HTMLDivElement>(null);
  const begun = Boolean(state.identity?.conversationId) || state.outbox.length > 0;
  const full = isFullScreen();

  useEffect(() => trackViewport(panel.current as HTMLDivElement), []);
  useEffect(() => {
    focusFirst(panel.current);
  }, [begun]);

  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      act.close();
    }
    if (event.key === "Tab" && full) keepInside(event, panel.current);
  };
  return (
    <div
      ref={panel}
      class="panel"
      role="dialog"
      aria-modal={full}
      aria-labelledby={TITLE_ID}
      onKeyDown={pressed}
    >
      <Header {...view} />
      {begun ? <Conversation {...view} /> : <Form {...view} />}
    </div>
  );
}

const FOCUSABLE = "a[href], button, input:not([type=radio]):not(:disabled), textarea, [tabindex='0']";

function focusFirst(panel: HTMLElement | null): void {
  panel?.querySelector<HTMLElement>("form input, .composer textarea")?.focus();
}

/** On a phone the window covers the page, so Tab stays in it. */
function keepInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  const all = panel?.querySelectorAll<HTMLElement>(FOCUSABLE);
  const first = all?.[0];
  const last = all?.[all.length - 1];
  const active = (panel?.getRootNode() as ShadowRoot | undefined)?.activeElement;
  if (active === (event.shiftKey ? first : last)) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}
