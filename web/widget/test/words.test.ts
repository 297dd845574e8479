import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { LOCALES } from "../src/contract.ts";
import { localeOf } from "../src/loader/words.ts";
import { backAt, duration } from "../src/window/format.ts";
import { en } from "../src/window/words/en.ts";

const others = LOCALES.filter((locale) => locale !== "en");

test("every language has a file", async () => {
  const files = await readdir(new URL("../src/window/words/", import.meta.url));
  expect(files.sort()).toEqual(LOCALES.map((locale) => `${locale}.ts`).sort());
});

test.each(others)("%s leaves a place for a value where English does", async (locale) => {
  const { words } = (await import(`../src/window/words/${locale}.ts`)) as { words: Record<string, string> };
  for (const [name, text] of Object.entries(en)) {
    expect(words[name]?.split("%").length, name).toBe(text.split("%").length);
  }
});

test("a language tag leads to its language, an unknown one to English", () => {
  expect(["de-AT", "pt_BR", "AR", "zh", ""].map(localeOf)).toEqual(["de", "pt", "ar", "en", "en"]);
});

test("answer times are rounded up, and never promise less than a minute", () => {
  expect([1, 60, 61, 5_000, 7_201].map((seconds) => duration(seconds, "en"))).toEqual([
    "1 min",
    "1 min",
    "2 min",
    "84 min",
    "3 hr",
  ]);
  expect(duration(240, "de")).toBe("4 Min.");
});

test("the hour of return names the day unless it is today", () => {
  const now = new Date();
  const at = (days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8).toISOString();
  expect(backAt(at(0), en, "en")).toMatch(/^Back 8:00\sAM$/);
  expect(backAt(at(1), en, "en")).toMatch(/^Back tomorrow 8:00\sAM$/);
  expect(backAt(at(3), en, "en")).toMatch(/^Back \w+day 8:00\sAM$/);
});
