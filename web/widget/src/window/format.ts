/** Times and durations in the visitor's language. */
import { fill, type Words } from "./words.ts";

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_MS = 86_400_000;

/** "4 min"; never less than a minute, whole hours from an hour and a half on. */
export function duration(seconds: number, locale: string): string {
  const hours = seconds >= 1.5 * HOUR_S;
  const value = Math.max(1, Math.ceil(seconds / (hours ? HOUR_S : MINUTE_S)));
  const unit = hours ? "hour" : "minute";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
}

export function clock(at: Date, locale: string): string {
  return at.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
}

/** "today", "yesterday", "tomorrow", or the date. */
export function day(at: Date, now: Date, locale: string): string {
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  if (Math.abs(days) < 2) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
  return at.toLocaleDateString(locale, { weekday: "long", day: "numeric", month: "long" });
}

/** When somebody is there again: the time alone if that is today. */
export function backAt(iso: string, words: Words, locale: string): string {
  const at = new Date(iso);
  const now = new Date();
  const time = clock(at, locale);
  const days = Math.round((midnight(at) - midnight(now)) / DAY_MS);
  if (days === 0) return fill(words.backAt, time);
  const name = days === 1 ? day(at, now, locale) : at.toLocaleDateString(locale, { weekday: "long" });
  return fill(words.backAt, `${name} ${time}`);
}

export function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}
