import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: {
    include: ["{api-client,widget,react}/test/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
