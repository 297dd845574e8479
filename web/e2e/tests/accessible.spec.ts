import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";

/** WCAG 2.2 AA and best practice, for the page and everything in the widget. */
async function expectNoViolations(page: Page): Promise<void> {
  const axe = new AxeBuilder({ page }).withTags([
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
  ]);
  const { violations } = await axe.analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`),
  ).toEqual([]);
}

/** Nothing moves while colours are measured. */
test.use({ contextOptions: { reducedMotion: "reduce" } });

const page = (lang: string, dir: string) => `<!doctype html>
  <html lang="${lang}" dir="${dir}"><meta name="viewport" content="width=device-width"><title>Shop</title>
  <script src="/widget.js" data-fallback-url="/contact" async></script><body><main><h1>Shop</h1></main>`;

const looks = [
  { name: "in light colours" },
  { name: "in dark colours", colorScheme: "dark" },
  { name: "from right to left", lang: "ar", dir: "rtl" },
  { name: "at 320 pixels", width: 320 },
  { name: "at 200 % zoom", width: 640, height: 400 },
] as const;

for (const look of looks) {
  const { name, lang = "en", dir = "ltr", width = 1280, height = 800 } = { lang: undefined, ...look } as Look;
  test(`no axe violation ${name}: form, mistakes, chat, failure, away`, async ({
    page: tab,
    server,
    visitor,
  }) => {
    await tab.clock.install();
    await tab.setViewportSize({ width, height });
    await tab.emulateMedia({ colorScheme: "colorScheme" in look ? look.colorScheme : "light" });
    server.page("/", page(lang, dir));
    await tab.goto(server.url);
    await expect(visitor.button).toBeVisible();
    await expectNoViolations(tab);

    await visitor.open();
    await expect(tab.locator("[name=urgent]")).toBeVisible();
    await expectNoViolations(tab);
    await tab.locator("button.primary").click();
    await expect(tab.locator("[aria-invalid=true]").first()).toBeVisible();
    await expectNoViolations(tab);
    await tab.keyboard.press("Escape");

    await visitor.begin();
    await expect(tab.locator(".who")).toContainText("Dana");
    for (let i = 0; i < 12; i += 1) server.chat.agentSays(`See https://harbor.example/${i}`);
    server.chat.agentTypes();
    await expect(tab.locator(".typing")).toBeVisible();
    await expectNoViolations(tab);
    await tab.locator(".stage .scroll").evaluate((element) => element.scrollTo(0, 0));
    await expect(tab.locator(".latest")).toBeVisible();
    await expectNoViolations(tab);

    const again = new Date(Date.now() + 40_000_000).toISOString();
    server.chat.setStatus({ open: false, agent: null, open_again_at: again, closed: true });
    await expect(tab.locator(".notice")).toHaveCount(2);
    await expectNoViolations(tab);

    server.die();
    await visitor.say("Are you there?");
    await tab.clock.runFor(20_000);
    await expect(tab.locator(".trouble")).toBeVisible();
    await expect(tab.locator(".notice a")).toBeVisible();
    await expectNoViolations(tab);
  });
}

interface Look {
  name: string;
  lang?: string;
  dir?: string;
  width?: number;
  height?: number;
}
