// Writes the types of chat-api from its OpenAPI document; `generated()` is what the staleness test compares with.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import openapiTypescript, { astToString } from "openapi-typescript";

const document = new URL("openapi/chat-api.json", import.meta.url);
export const target = new URL("src/chat-api.ts", import.meta.url);

const NOTICE = "// @generated from openapi/chat-api.json by `npm run generate`. Do not edit.\n\n";

export async function generated() {
  const schema = JSON.parse(await readFile(document, "utf8"));
  return NOTICE + astToString(await openapiTypescript(schema, { alphabetize: true }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await writeFile(target, await generated());
  console.log(fileURLToPath(target));
}
