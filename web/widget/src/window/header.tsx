/** Whom the visitor talks to, and whether somebody is there. */
import { backAt, duration } from "./format.ts";
import { Icon } from "./icons.tsx";
import type { View } from "./view.ts";
import { fill } from "./words.ts";

export const TITLE_ID = "title";

export function Header({ state, options, words, sound, act }: View) {
  const { info, presence } = state;
  const name = info?.business_name ?? words.team;
  const open = presence?.open ?? info?.open;
  return (
    <div class="head">
      <span class="avatar" aria-hidden="true">
        {[...name][0]?.toUpperCase()}
      </span>
      <div class="who">
        <h2 id={TITLE_ID} dir="auto">
          {name}
        </h2>
        <p>{statusLine({ state, options, words }, open)}</p>
      </div>
      <button
        type="button"
        class="icon"
        aria-label={sound ? words.soundOff : words.soundOn}
        onClick={act.toggleSound}
      >
        <Icon name={sound ? "sound" : "mute"} />
      </button>
      <button type="button" class="icon" aria-label={words.close} onClick={act.close}>
        <Icon name="down" />
      </button>
    </div>
  );
}

function statusLine({ state, options, words }: Pick<View, "state" | "options" | "words">, open?: boolean) {
  const { info, presence } = state;
  if (open === undefined) return words.connecting;
  const again = presence ? presence.openAgainAt : info?.open_again_at;
  const answers = info?.answers_within_s;
  const more = open
    ? (presence?.agent ?? (answers ? fill(words.answers, duration(answers, options.locale)) : words.online))
    : again
      ? backAt(again, words, options.locale)
      : words.away;
  return (
    <>
      <i class={open ? "dot on" : "dot"} />
      <span dir="auto">{more}</span>
    </>
  );
}
