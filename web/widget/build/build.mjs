// Builds the window under a hashed name, the loader that knows this name, and the demo; compresses them all.
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { inlineCss } from "./inline-css.mjs";

const root = new URL("..", import.meta.url);
const dist = new URL("dist/", root);
const path = (url) => fileURLToPath(url);

const shared = {
  bundle: true,
  minify: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  plugins: [inlineCss],
};

async function bundle(entry, options) {
  const { outputFiles } = await build({ ...shared, entryPoints: [path(new URL(entry, root))], ...options });
  const module = options.format === "esm";
  const { code } = await minify(outputFiles[0].text, {
    module,
    ecma: 2022,
    compress: { passes: 3 },
  });
  return code;
}

/** Writes a module under a name that changes with its content, so that it may be kept for ever. */
async function emitHashed(name, code) {
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 12);
  const file = `${name}-${hash}.js`;
  await emit(`widget/${file}`, code);
  return file;
}

/** Writes a file and its compressed forms. */
async function emit(name, contents) {
  const file = path(new URL(name, dist));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  await writeFile(file, contents);
  await writeFile(`${file}.gz`, await promisify(gzip)(contents, { level: 9 }));
  await writeFile(`${file}.br`, await promisify(brotliCompress)(contents, quality));
}

await rm(dist, { recursive: true, force: true });
await mkdir(new URL("widget/", dist), { recursive: true });
await mkdir(new URL("demo/", dist));

const words = {};
for (const file of await readdir(new URL("src/window/words/", root))) {
  const locale = file.replace(".ts", "");
  if (locale === "en") continue;
  const code = await bundle(`src/window/words/${file}`, { format: "esm" });
  words[locale] = `./${await emitHashed(`words-${locale}`, code)}`;
}

const windowFile = await emitHashed(
  "window",
  await bundle("src/window/main.tsx", {
    format: "esm",
    tsconfigRaw: {},
    jsx: "transform",
    jsxFactory: "h",
    jsxFragment: "Fragment",
    inject: [path(new URL("jsx.mjs", import.meta.url))],
    define: { WORDS_FILES: JSON.stringify(words) },
  }),
);
const loader = await bundle("src/loader/loader.ts", {
  format: "iife",
  define: { WINDOW_FILE: JSON.stringify(`widget/${windowFile}`) },
});
await emit("widget.js", loader);

const demo = new URL("demo/", root);
for (const name of await readdir(demo)) {
  if (/\.(html|css|svg)$/.test(name)) await emit(`demo/${name}`, await readFile(new URL(name, demo)));
  else await cp(path(new URL(name, demo)), path(new URL(`demo/${name}`, dist)));
}
