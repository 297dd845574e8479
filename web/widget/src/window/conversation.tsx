/** The messages, and the way down to the latest. */
import { Fragment } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { unread } from "../chat/step.ts";
import { Bubble } from "./bubble.tsx";
import { Composer } from "./composer.tsx";
import { day } from "./format.ts";
import { Icon } from "./icons.tsx";
import { itemsOf } from "./items.ts";
import { Notices } from "./notices.tsx";
import type { View } from "./view.ts";
import { fill } from "./words.ts";

/** Within this distance of the end, the reader is at the end. */
const NEAR_END_PX = 48;

export function Conversation(view: View) {
  const { state, options, words, act } = view;
  const scroller = useRef<HTMLDivElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const items = itemsOf(state);
  const own = items.filter((item) => item.author === "visitor");
  const newest = own[own.length - 1];
  const { presence, timeline, welcomedAt, agentTypes } = state;
  const agent = presence?.agent ?? state.info?.business_name ?? words.team;
  const waiting = unread(state);

  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [items.length, agentTypes, atEnd]);
  // What the visitor wrote themselves is always shown.
  useLayoutEffect(toEnd, [own.length]);
  // The window may shrink while the reader is at the end: the keyboard opens, the composer grows.
  useEffect(() => {
    const observer = new ResizeObserver(() => atEnd && toEnd());
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, [atEnd]);
  useEffect(() => {
    if (atEnd && waiting) act.looked();
  });

  const scrolled = () => {
    const { scrollTop, scrollHeight, clientHeight } = scroller.current as HTMLDivElement;
    setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR_END_PX);
  };
  const history = welcomedAt !== null && timeline.upTo >= welcomedAt;
  const visitor = state.identity?.visitor ?? {};
  return (
    <>
      <div class="stage">
        <div
          class="scroll"
          ref={scroller}
          onScroll={scrolled}
          tabIndex={0}
          role="group"
          aria-label={words.history}
        >
          <div
            role="log"
            aria-label={words.history}
            aria-live={history ? "polite" : "off"}
            aria-relevant="additions"
          >
            {items.map((item) => (
              <Fragment key={item.key}>
                {item.newDay && <h3 class="day">{day(item.at, new Date(), options.locale)}</h3>}
                <Bubble
                  {...{ item, words, options, act, agent }}
                  newest={item === newest}
                  focusComposer={() => composer.current?.focus()}
                />
              </Fragment>
            ))}
          </div>
          {agentTypes && (
            <p class="typing">
              <span class="dots" aria-hidden="true">
                <i />
                <i />
                <i />
              </span>
              <span class="hidden" role="status">
                {fill(words.typing, agent)}
              </span>
            </p>
          )}
        </div>
        {!atEnd && (
          <button type="button" class="latest" onClick={toEnd}>
            <Icon name="latest" />
            {waiting ? fill(words.unread, `${waiting}`) : words.latest}
          </button>
        )}
      </div>
      <Notices {...view} byMail={!visitor.phone && !!visitor.email} />
      <Composer {...view} field={composer} />
    </>
  );
}
