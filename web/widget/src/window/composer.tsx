/** Where the visitor writes. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { Icon } from "./icons.tsx";
import { excess, type View } from "./view.ts";
import { fill } from "./words.ts";

const HEIGHT_MAX_PX = 140;

export function Composer({
  words,
  draft,
  act,
  field,
}: View & { field: RefObject<HTMLTextAreaElement | null> }) {
  const [text, setText] = useState(draft);
  const over = excess(text);
  const blank = !text.trim();

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(HEIGHT_MAX_PX, element.scrollHeight)}px`;
  }, [text]);

  const change = (value: string) => {
    setText(value);
    act.typed(value);
  };
  const send = (event: Event) => {
    event.preventDefault();
    field.current?.focus();
    if (blank || over) return;
    act.send(text.trim(), false);
    setText("");
  };
  const pressed = (event: KeyboardEvent) => {
    // On a touch keyboard, Enter begins a new line; while letters are composed, it chooses among them.
    const newLine = event.shiftKey || event.isComposing || matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !newLine) send(event);
  };
  return (
    <form class="composer" onSubmit={send}>
      <textarea
        ref={field}
        rows={1}
        value={text}
        dir={text ? "auto" : undefined}
        aria-label={words.message}
        aria-describedby="over"
        aria-invalid={over > 0}
        placeholder={words.write}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <button type="submit" class="send" aria-label={words.send} aria-disabled={blank || over > 0}>
        <Icon name="send" />
      </button>
      <span class="problem" id="over" role="status">
        {over > 0 && fill(words.tooLong, `${over}`)}
      </span>
    </form>
  );
}
