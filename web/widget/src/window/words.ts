/** Everything the window says. A language that lacks a word does not compile; only the one that is spoken is loaded. */
import type { Locale } from "../contract.ts";
import { en } from "./words/en.ts";

export type Words = Record<keyof typeof en, string>;

/** The modules of the languages, beside this one; filled in by the build. English is always here. */
declare const WORDS_FILES: Record<Exclude<Locale, "en">, string>;

export const ENGLISH: Words = en;

/** The words of a language; in English if they cannot be had. */
export async function wordsOf(locale: Locale): Promise<Words> {
  if (locale === "en") return en;
  try {
    const module: { words: Words } = await import(WORDS_FILES[locale]);
    return module.words;
  } catch {
    return en;
  }
}

/** Puts a value in the place that the words leave for it. */
export function fill(text: string, value: string): string {
  return text.replace("%", () => value);
}
