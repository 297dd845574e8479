// What the widget weighs on the wire; fails when it has become too heavy.
import { readdir, readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const web = new URL("../..", import.meta.url);
const modules = new URL("widget/dist/widget/", web);
const files = (await readdir(modules)).filter((name) => name.endsWith(".js"));

const weigh = async (url) => gzipSync(await readFile(url), { level: 9 }).length;
const weighAll = async (prefix) =>
  Promise.all(files.filter((name) => name.startsWith(prefix)).map((name) => weigh(new URL(name, modules))));

const [window] = await weighAll("window-");
const language = Math.max(...(await weighAll("words-")));
const sizes = [
  ["loader", await weigh(new URL("widget/dist/widget.js", web)), 2_500],
  ["window and its largest language", window + language, 20_000],
  ["React wrapper", await weigh(new URL("react/dist/index.js", web)), 1_000],
];
for (const [what, size, limit] of sizes) {
  console.log(`${what.padEnd(32)} ${String(size).padStart(6)} of ${limit} bytes gzip`);
  if (size > limit) process.exitCode = 1;
}
