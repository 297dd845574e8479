import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { generated, target } from "../generate.mjs";

test("the types are those of the OpenAPI document", async () => {
  expect(await readFile(target, "utf8")).toBe(await generated());
});
