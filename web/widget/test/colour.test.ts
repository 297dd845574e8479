// @vitest-environment happy-dom
import fc from "fast-check";
import { expect, test } from "vitest";
import { luminance, paint } from "../src/loader/colour.ts";

const hex = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, "0")}`);

function painted(colour: string): { accent: string; text: string } {
  const element = document.createElement("div");
  paint(element, colour);
  const value = (name: string) => element.style.getPropertyValue(name);
  return { accent: value("--deskbell-accent"), text: value("--deskbell-on-accent") };
}

test("text on every accent reaches a contrast of 4.5 to 1", () => {
  fc.assert(
    fc.property(hex, (colour) => {
      const [dark, light] = [luminance(colour), luminance(painted(colour).text)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5);
    }),
    { numRuns: 5_000 },
  );
});

test("the short form means the same as the long one", () => {
  expect(luminance("#f80")).toBeCloseTo(luminance("#ff8800"), 10);
  expect(luminance("#ffffff")).toBeCloseTo(1, 5);
});

test.each([
  "red",
  "#12345",
  "#ggg",
  "url(x)",
  "#fff;}",
  "",
])("%s is no colour and changes nothing", (colour) => {
  expect(painted(colour)).toEqual({ accent: "", text: "" });
});
