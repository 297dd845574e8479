/** What the visitor should know before writing. */
import type { ComponentChildren } from "preact";
import { Icon } from "./icons.tsx";
import type { View } from "./view.ts";

/** Below this number of failures nobody needs to know. */
const QUIET_FAILURES = 2;

export function Notices({ state, options, words, byMail }: View & { byMail: boolean }) {
  const { info, presence, unreachable, gone, link, failures } = state;
  const away = !(presence?.open ?? info?.open ?? true);
  const trouble = unreachable || (link !== "live" && failures >= QUIET_FAILURES);
  return (
    <div class="notices" role="status">
      {gone && <Notice>{words.gone}</Notice>}
      {presence?.closed && <Notice>{words.ended}</Notice>}
      {away && (
        <Notice icon="moon">
          <strong>{words.away}.</strong> {byMail ? words.awayMail : words.awayText}
        </Notice>
      )}
      {trouble && (
        <Notice icon="alert">
          {unreachable ? words.down : words.offline}
          {options.fallbackUrl && (
            <>
              {" "}
              <a href={options.fallbackUrl} target="_blank" rel="noopener">
                {words.contact}
              </a>
            </>
          )}
        </Notice>
      )}
    </div>
  );
}

function Notice({ icon, children }: { icon?: "moon" | "alert"; children: ComponentChildren }) {
  return (
    <div class="notice">
      {icon && <Icon name={icon} />}
      <p>{children}</p>
    </div>
  );
}
