/** How long to wait before the next connection. */

export const RECONNECT_MIN_MS = 500;
export const RECONNECT_MAX_MS = 30_000;
const RESTART_SPREAD_MS = 5_000;

/** Close codes that ask for a certain behaviour. */
export const CLOSE = {
  policy: 1008,
  restart: 1012,
  notAllowed: 4401,
  tooSlow: 4408,
  tooMany: 4429,
} as const;

/** Grows from half a second to half a minute; the second half of each wait is left to chance. */
export function backoffMs(failures: number, random: () => number): number {
  const ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** Math.min(failures, 10));
  return Math.max(RECONNECT_MIN_MS, Math.round(ceiling * (0.5 + random() / 2)));
}

/** The wait after the server closed with this code; `failures` counts from 1. */
export function waitAfter(code: number, failures: number, random: () => number): number {
  if (code === CLOSE.restart && failures <= 1) return Math.round(random() * RESTART_SPREAD_MS);
  if (code === CLOSE.tooSlow && failures <= 1) return 0;
  if (code === CLOSE.tooMany || code === CLOSE.policy) {
    return Math.round(RECONNECT_MAX_MS * (1 + random() / 4));
  }
  return backoffMs(failures - 1, random);
}
