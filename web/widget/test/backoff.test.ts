import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs, CLOSE, waitAfter } from "../src/chat/backoff.ts";

const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

test("waits between half a second and half a minute, and longer each time", () => {
  fc.assert(
    fc.property(fc.nat(1_000), chance, (failures, random) => {
      const wait = backoffMs(failures, () => random);
      expect(wait).toBeGreaterThanOrEqual(500);
      expect(wait).toBeLessThanOrEqual(30_000);
      expect(backoffMs(failures + 1, () => random)).toBeGreaterThanOrEqual(wait);
    }),
  );
});

test("the server's reason decides how soon to come back", () => {
  fc.assert(
    fc.property(chance, (random) => {
      const first = (code: number) => waitAfter(code, 1, () => random);
      expect(first(CLOSE.restart)).toBeLessThanOrEqual(5_000);
      expect(first(CLOSE.tooSlow)).toBe(0);
      expect(first(CLOSE.tooMany)).toBeGreaterThanOrEqual(30_000);
      expect(first(1006)).toBe(500);
    }),
  );
});

test("a server that keeps restarting or falling behind is not hammered", () => {
  for (const code of [CLOSE.restart, CLOSE.tooSlow]) expect(waitAfter(code, 8, () => 0)).toBe(15_000);
});
