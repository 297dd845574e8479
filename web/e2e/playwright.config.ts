/** Project `widget` needs the build only; the stories are told on real servers, in one process and as three services. */
import { defineConfig, devices } from "@playwright/test";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const quiet = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: ".",
  outputDir: "../node_modules/.e2e",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: "list",
  timeout: 90_000,
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: { executablePath, args: quiet },
  },
  projects: [
    { name: "widget", testDir: "tests" },
    { name: "embedded", testDir: "stories", fullyParallel: false, metadata: { mode: "embedded" } },
    { name: "services", testDir: "stories", fullyParallel: false, metadata: { mode: "services" } },
  ],
});
