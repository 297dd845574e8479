import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_TIMELINE, hasGap, type Message, unreadAfter, withMessage } from "../src/chat/timeline.ts";

const message = (seq: number, author: Message["author"] = "agent"): Message => ({
  id: `m${seq}`,
  seq,
  author,
  body: "",
  createdAt: "",
});

test("whatever comes in whatever order, each number stands once and in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 })), (numbers) => {
      const timeline = numbers.reduce((so_far, seq) => withMessage(so_far, message(seq)), EMPTY_TIMELINE);
      const present = [...new Set(numbers)].sort((a, b) => a - b);
      expect(timeline.messages.map(({ seq }) => seq)).toEqual(present);
      let upTo = 0;
      while (present.includes(upTo + 1)) upTo += 1;
      expect(timeline.upTo).toBe(upTo);
      expect(hasGap(timeline)).toBe(present.length > upTo);
    }),
  );
});

test("only the agent's messages are unread, and only the later ones", () => {
  const authors = ["visitor", "agent", "agent", "visitor", "agent"] as const;
  const timeline = authors.reduce(
    (so_far, author, i) => withMessage(so_far, message(i + 1, author)),
    EMPTY_TIMELINE,
  );
  expect([0, 2, 3, 5].map((seen) => unreadAfter(timeline, seen))).toEqual([3, 2, 1, 0]);
});
