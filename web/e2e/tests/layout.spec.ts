import { expect, test } from "../fixtures.ts";

const TARGET_MIN_PX = 44;

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test("the window fills the screen and stays above the keyboard", async ({ page, server, visitor }) => {
    await page.goto(`${server.url}/demo`);
    await visitor.open();
    expect(await visitor.panel.boundingBox()).toEqual({ x: 0, y: 0, width: 360, height: 740 });
    await expect(visitor.panel).toHaveAttribute("aria-modal", "true");
    await page.keyboard.press("Escape");
    await visitor.begin();
    // The keyboard takes the lower part of the visual viewport.
    await page.evaluate(() => {
      const viewport = window.visualViewport as VisualViewport;
      Object.defineProperty(viewport, "height", { value: 400 });
      viewport.dispatchEvent(new Event("resize"));
    });
    const composer = await visitor.composer.boundingBox();
    expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThan(400);
  });

  test("nothing is too small to touch or to read", async ({ page, server, visitor }) => {
    await page.goto(`${server.url}/demo`);
    await visitor.open();
    await expect(page.locator("[name=urgent]")).toBeVisible();
    for (const part of [
      "deskbell-chat .at > button",
      ".panel button",
      ".panel label:has(input)",
      ".panel textarea",
    ]) {
      for (const element of await page.locator(part).all()) {
        const box = await element.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0), await element.innerHTML()).toBeGreaterThanOrEqual(
          TARGET_MIN_PX,
        );
      }
    }
    for (const field of await page
      .locator(".panel input:not([type=radio], [type=checkbox]), .panel textarea")
      .all()) {
      await expect(field).toHaveCSS("font-size", "16px");
    }
  });

  test("Tab stays in the window that covers the page", async ({ page, server, visitor }) => {
    await page.goto(`${server.url}/demo`);
    await visitor.begin();
    for (let i = 0; i < 8; i += 1) {
      await page.keyboard.press("Tab");
      await expect(visitor.panel.locator(":focus")).toHaveCount(1);
    }
  });
});

for (const width of [320, 360]) {
  test(`nothing scrolls sideways at ${width} pixels`, async ({ page, server, visitor }) => {
    await page.setViewportSize({ width, height: 640 });
    await page.goto(`${server.url}/demo`);
    await visitor.begin(`${"unbreakable".repeat(20)} https://harbor.example/${"x".repeat(200)}`);
    server.chat.agentSays("A".repeat(300));
    await expect(page.locator(".bubble")).toHaveCount(2);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBe(0);
    const scroller = page.locator(".stage .scroll");
    expect(await scroller.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
}

test("nothing on the page moves when the widget comes and opens", async ({ page, server, visitor }) => {
  await page.addInitScript(() => {
    Object.assign(window, { shift: 0 });
    new PerformanceObserver((list) => {
      // What follows the visitor's own doing within half a second does not count.
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
        if (!entry.hadRecentInput) (window as unknown as { shift: number }).shift += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(`${server.url}/demo`);
  await visitor.begin();
  server.chat.agentSays("Hello");
  await expect(page.locator(".bubble")).toHaveCount(2);
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBe(0);
});

test("each message has the direction of its own text", async ({ page, server, visitor }) => {
  await page.goto(`${server.url}/demo`);
  await visitor.begin("مرحبا");
  server.chat.agentSays("Hello");
  await expect(page.locator(".bubble")).toHaveCount(2);
  await expect(page.locator(".bubble").first()).toHaveCSS("direction", "rtl");
  await expect(page.locator(".bubble").last()).toHaveCSS("direction", "ltr");
});

test("the hours are shown in the visitor's words", async ({ page, server, visitor }) => {
  server.chat.info = { ...server.chat.info, open: false, open_again_at: "2030-01-07T08:00:00Z" };
  await page.goto(`${server.url}/demo`);
  await visitor.open();
  await expect(page.locator(".who")).toContainText(/Back Monday/);
  await expect(page.locator(".notice")).toContainText("Leave a message and we'll text you.");
  await page.getByRole("radio", { name: "Email" }).check();
  await expect(page.locator(".notice")).toContainText("we'll email you");
});
