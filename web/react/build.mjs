// Builds the component as one module, and its types.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here("src/index.tsx")],
  outfile: here("dist/index.js"),
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  external: ["react"],
});
execFileSync("tsc", ["-p", here("tsconfig.build.json")], { stdio: "inherit" });
