import fc from "fast-check";
import { expect, test } from "vitest";
import { World } from "./world.ts";

type Mishap = (world: World) => unknown;

const tab = fc.integer({ min: 0, max: 1 });
const soon = fc.integer({ min: 1, max: 3 });

/** Everything that can happen to a visitor, in any order. */
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  {
    weight: 6,
    arbitrary: tab.map((place) => (world: World) => world.submit(place, `text ${world.submitted.length}`)),
  },
  {
    weight: 4,
    arbitrary: fc.constant((world: World) => world.chat.agentSays(`answer ${world.chat.log.length}`)),
  },
  {
    weight: 8,
    arbitrary: fc.integer({ min: 1, max: 40_000 }).map((ms) => (world: World) => world.clock.pass(ms)),
  },
  fc.constant((world: World) => world.clock.pass(3_600_000)),
  fc.constant((world: World) => {
    world.chat.up = false;
    world.chat.closeAll(1006);
  }),
  fc.constant((world: World) => {
    world.chat.up = true;
  }),
  fc.constantFrom(1006, 1012, 4408, 4429).map((code) => (world: World) => world.chat.closeAll(code)),
  fc
    .tuple(
      fc.constantFrom("loseRequests", "loseAnswers", "loseFrames", "repeatFrames", "refuseRate" as const),
      soon,
    )
    .map(([fault, count]) => (world: World) => {
      world.chat.faults[fault] += count;
    }),
  tab.map((place) => (world: World) => world.reload(place)),
  tab.map((place) => (world: World) => world.tabs[place]?.dispatch({ type: "woke" })),
);

test("no message is lost, none doubled, and the order is that of the server", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(mishap, { maxLength: 40, size: "max" }),
      async (seed, mishaps) => {
        const world = new World(seed);
        world.openTab();
        world.openTab();
        for (const happens of mishaps) await happens(world);
        await world.heal();

        const { log } = world.chat;
        const stored = log.filter((message) => message.author === "visitor").map((message) => message.body);
        expect([...stored].sort()).toEqual([...world.submitted].sort());
        for (const engine of world.tabs) {
          expect(engine.state.outbox).toEqual([]);
          expect(engine.state.timeline.messages.map((message) => message.id)).toEqual(
            log.map((message) => message.id),
          );
        }
      },
    ),
    { numRuns: 400 },
  );
}, 60_000);

test("messages of one tab keep the order in which they were written", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.array(mishap, { maxLength: 25, size: "max" }),
      async (seed, mishaps) => {
        const world = new World(seed);
        world.openTab();
        for (const happens of mishaps) await happens(world);
        await world.heal();

        const stored = world.chat.log
          .filter((message) => message.author === "visitor")
          .map((message) => message.body);
        expect(stored).toEqual(world.submitted);
      },
    ),
    { numRuns: 200 },
  );
}, 60_000);
