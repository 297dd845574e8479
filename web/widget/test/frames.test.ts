import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFrame } from "../src/chat/frames.ts";
import { INITIAL, step } from "../src/chat/step.ts";

const TYPES = ["welcome", "message", "ack", "typing", "seen", "status", "error", "toString", "news"];

test.each([
  [{ type: "typing", author: "agent" }, true],
  [{ type: "typing", author: "robot" }, false],
  [{ type: "seen", author: "agent", seq: 3 }, true],
  [{ type: "seen", author: "agent", seq: -1 }, false],
  [{ type: "message", id: "m", seq: 0, author: "agent", body: "", created_at: "" }, false],
  [{ type: "ack", client_message_id: "c", id: "m", seq: 1.5, created_at: "" }, false],
  [{ type: "toString" }, false],
  [{ type: "news" }, false],
  [[], false],
  [null, false],
])("%j is a frame: %s", (value, expected) => {
  expect(parseFrame(JSON.stringify(value)) !== null).toBe(expected);
});

test("what is no JSON and what is no text is dropped", () => {
  for (const data of ["", "{", "{}x", new ArrayBuffer(3), undefined]) expect(parseFrame(data)).toBeNull();
});

test("no frame, however odd, stops the chat or leaves it out of order", () => {
  const field = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, "agent", "visitor"),
  );
  const frame = fc.record(
    {
      type: fc.constantFrom(...TYPES),
      seq: field,
      last_seq: field,
      epoch: field,
      seen_by_agent: field,
      seen_by_visitor: field,
      id: field,
      author: field,
      body: field,
      created_at: field,
      client_message_id: field,
      open: field,
      closed: field,
      code: field,
    },
    { requiredKeys: ["type"] },
  );
  const identity = { token: "t", conversationId: "c", visitor: {} };
  const env = { now: 0, random: () => 0.5, token: () => "t" };
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 60, size: "max" }), (frames) => {
      let { state } = step(INITIAL, { type: "restored", identity, outbox: [] }, env);
      for (const value of frames) {
        const parsed = parseFrame(JSON.stringify(value));
        if (parsed) ({ state } = step(state, { type: "frame", frame: parsed }, env));
        if (state.link !== "live")
          ({ state } = step({ ...state, link: "connecting" }, { type: "socket_opened" }, env));
        const numbers = state.timeline.messages.map(({ seq }) => seq);
        expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      }
    }),
  );
});
