import { expect, test } from "../fixtures.ts";

test("costs one request and stores nothing before it is wanted", async ({ page, server, site, visitor }) => {
  site.page(
    "/",
    `<!doctype html><title>Shop</title><body><main><h1>Shop</h1></main><script src="${server.url}/widget.js" async></script>`,
  );
  await page.goto(site.url);
  await expect(visitor.button).toBeVisible();
  await page.waitForLoadState("networkidle");
  expect(server.requests).toEqual(["GET /widget.js"]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
    0,
    0,
    "",
  ]);
});

test("asks nobody but the chat server", async ({ page, server, visitor }) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(server.url)) foreign.push(request.url());
  });
  await page.goto(`${server.url}/demo`);
  await visitor.begin();
  expect(foreign).toEqual([]);
});

test("is fetched when the pointer comes near", async ({ page, server, visitor }) => {
  await page.goto(`${server.url}/demo`);
  await visitor.button.hover();
  await expect
    .poll(() => server.requests.filter((request) => request.includes("/widget/window-")).length)
    .toBe(1);
  await expect(visitor.panel).toBeHidden();
});

test("is opened and closed from the keyboard", async ({ page, server, visitor }) => {
  await page.goto(`${server.url}/demo`);
  await expect(visitor.button).toBeVisible();
  await page.locator("#contact a").last().focus();
  await page.keyboard.press("Tab");
  await expect(visitor.button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#name")).toBeFocused();
  await expect(visitor.button).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("Escape");
  await expect(visitor.panel).toBeHidden();
  await expect(visitor.button).toBeFocused();
  await expect(visitor.button).toHaveAttribute("aria-expanded", "false");
});

test("does what the page asks, also before it is loaded", async ({ page, server, visitor }) => {
  server.page(
    "/",
    `<!doctype html><title>Shop</title><script>
      (window.deskbell ||= []).push(["identify", { name: "Maria", email: "maria@example.com" }]);
      deskbell.push(["open"]);
    </script><script src="/widget.js" data-colour="#ffd400" async></script><body><h1>Shop</h1>`,
  );
  await page.goto(server.url);
  await expect(page.locator("#name")).toHaveValue("Maria");
  await expect(page.locator("#email")).toHaveValue("maria@example.com");
  await expect(page.locator(".head")).toHaveCSS("background-color", "rgb(255, 212, 0)");
  await expect(page.locator(".head")).toHaveCSS("color", "rgb(0, 0, 0)");
  await page.evaluate("deskbell.update({ locale: 'es', position: 'left' })");
  await expect(page.locator("h3").first()).toHaveText("¿En qué podemos ayudarte?");
  expect((await visitor.button.boundingBox())?.x).toBe(20);
  await page.evaluate("deskbell.close()");
  await expect(visitor.panel).toBeHidden();
  await page.evaluate("deskbell.hide()");
  await expect(visitor.button).toBeHidden();
  await page.evaluate("deskbell.show()");
  await expect(visitor.button).toBeVisible();
});

test("loads one language more, and only that", async ({ page, server, visitor }) => {
  server.page(
    "/",
    `<!doctype html><html lang="de"><title>Laden</title><script src="/widget.js" async></script><body>`,
  );
  await page.goto(server.url);
  await visitor.open();
  await expect(page.locator("h3").first()).toHaveText("Wie können wir helfen?");
  expect(server.requests.filter((request) => request.includes("/widget/words-")).length).toBe(1);
});
