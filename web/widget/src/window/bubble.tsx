/** One message, from the moment it is written. */
import { useEffect, useRef } from "preact/hooks";
import { clock } from "./format.ts";
import { Icon } from "./icons.tsx";
import type { Item } from "./items.ts";
import { linked } from "./links.tsx";
import type { View } from "./view.ts";

interface Props extends Pick<View, "words" | "options" | "act"> {
  item: Item;
  /** The last of the visitor's own; it alone says how far it got. */
  newest: boolean;
  agent: string;
  focusComposer: () => void;
}

export function Bubble({ item, newest, words, options, act, agent, focusComposer }: Props) {
  const { author, body, at, phase, seen } = item;
  const troubled = useRef(false);
  const pressed = useRef(false);
  const failed = phase === "unsent" || phase === "refused";
  if (failed) troubled.current = true;
  if (phase === "stored") troubled.current = false;

  // The button that was pressed goes away once the message is stored; the focus must not fall to the page.
  useEffect(() => {
    if (phase !== "stored" || !pressed.current) return;
    pressed.current = false;
    focusComposer();
  }, [phase]);

  const retry = () => {
    pressed.current = true;
    if (failed) act.retry(item.key);
  };
  const state = phase === "stored" ? (seen ? words.seen : words.sent) : failed ? undefined : words.sending;
  return (
    <div class={`item ${author}${item.last ? " last" : ""}${failed ? " failed" : ""}`}>
      <span class="hidden">{author === "visitor" ? words.you : agent}: </span>
      <p class="bubble" dir="auto">
        {author === "agent" ? linked(body) : body}
      </p>
      {troubled.current && (
        <p class="meta trouble">
          <Icon name="alert" />
          {phase === "refused" ? words.refused : words.failed}
          <button type="button" class="link" aria-disabled={!failed} onClick={retry}>
            {failed ? words.retry : words.sending}
          </button>
        </p>
      )}
      {!troubled.current && (item.last || newest) && (
        <p class="meta">
          <time dateTime={at.toISOString()}>{clock(at, options.locale)}</time>
          {author === "visitor" && newest && <span aria-hidden="true"> · {state}</span>}
        </p>
      )}
    </div>
  );
}
