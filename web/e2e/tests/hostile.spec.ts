import { expect, test } from "../fixtures.ts";

test("works under a strict policy with trusted types, and the console stays silent", async ({
  page,
  server,
  site,
  visitor,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const chat = server.url;
  const policy =
    `default-src 'none'; script-src ${chat}; style-src ${chat}; connect-src ${chat} ${chat.replace("http", "ws")}; ` +
    `img-src ${chat}; require-trusted-types-for 'script'`;
  site.page(
    "/",
    `<!doctype html><title>Bank</title><link rel="icon" href="${chat}/demo/icon.svg"><script src="${chat}/widget.js" async></script><body><h1>Bank</h1>`,
    { "Content-Security-Policy": policy },
  );
  await page.goto(site.url);
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  server.chat.agentSays("Hello https://harbor.example");
  await visitor.say("Hi");
  await expect(page.locator(".bubble")).toHaveCount(3);
  expect(complaints).toEqual([]);
});

const HOSTILE = (
  chat: string,
) => `<!doctype html><html><head><title>Old shop</title><base href="https://elsewhere.example/">
  <style>
    * { all: unset; }
    button { position: fixed !important; top: 0 !important; color: red !important; width: 3px !important; }
    div, deskbell-chat { display: none !important; transform: scale(0.1) !important; opacity: 0 !important; z-index: 1 !important; }
    #cover { display: block !important; opacity: 1 !important; transform: none !important; position: fixed; inset: 0; z-index: 2147483646 !important; }
  </style>
  <script>
    for (const name of ["at", "flat", "flatMap", "find", "findLast", "fill", "copyWithin", "reduce", "reduceRight", "entries"])
      Array.prototype[name] = function () { throw new Error("the page's own " + name); };
    for (const name of ["push", "map", "filter", "some", "forEach", "slice", "indexOf", "includes", "sort"]) {
      const own = Array.prototype[name];
      Array.prototype[name] = function () { return own.apply(this, arguments); };
    }
    Array.prototype.toJSON = function () { return "broken"; };
    Array.prototype.last = function () { return this[this.length - 1]; };
    Object.prototype.extra = function () {};
    Array.from = () => { throw new Error("the page's own from"); };
    window.$ = window.jQuery = (selector) => document.querySelectorAll(selector);
  </script></head>
  <body><button id="own" onclick="this.dataset.clicked = 1">Buy</button><div id="cover"></div>
  <script src="${chat}/widget.js" async></script></body></html>`;

test("a hostile page neither breaks the widget nor is broken by it", async ({
  page,
  server,
  site,
  visitor,
}) => {
  site.page("/", HOSTILE(server.url));
  await page.goto(site.url);
  await expect(visitor.button).toBeVisible();
  expect(await visitor.button.boundingBox()).toMatchObject({ width: 60, height: 60 });
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  server.chat.agentSays("Hello");
  await visitor.say("Hi");
  await expect(page.locator(".bubble")).toHaveText([
    "My sink is leaking, can you come today?",
    "Hello",
    "Hi",
  ]);
  expect(server.chat.log.length).toBe(3);
  const page_is_as_before = await page.evaluate(() => ({
    globals: Object.keys(window).filter((name) => name === "deskbell"),
    style: document.adoptedStyleSheets.length + document.querySelectorAll("style").length,
    overflow: document.body.getAttribute("style"),
  }));
  expect(page_is_as_before).toEqual({ globals: ["deskbell"], style: 1, overflow: null });
});

const PAYLOADS = [
  "<script>window.hit=1</script>",
  "<img src=x onerror=window.hit=1>",
  "<svg/onload=window.hit=1>",
  '"><iframe srcdoc="<script>parent.hit=1</script>">',
  "javascript:window.hit=1",
  'https://x.example/"onmouseover="window.hit=1',
  "{{constructor.constructor('window.hit=1')()}}",
  "<a href='javascript:window.hit=1'>click</a>",
  "\u202e\u0000<b>bold</b>",
  "&lt;script&gt;window.hit=1&lt;/script&gt;",
];

test("whatever is written is shown as text", async ({ page, server, visitor }) => {
  server.chat.info = { ...server.chat.info, business_name: "<img src=x onerror=window.hit=1>" };
  await page.goto(`${server.url}/demo`);
  await visitor.begin(PAYLOADS[0]);
  await expect(page.locator(".who")).toContainText("Dana");
  for (const payload of PAYLOADS.slice(1)) server.chat.agentSays(payload);
  server.chat.setStatus({ agent: "<script>window.hit=1</script>" });
  await expect(page.locator(".bubble")).toHaveCount(PAYLOADS.length);
  expect(await visitor.bubbles()).toEqual(PAYLOADS);
  await expect(page.locator(".who h2")).toHaveText("<img src=x onerror=window.hit=1>");
  expect(
    await page
      .locator(".panel a")
      .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol)),
  ).toEqual(["https:"]);
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
});

test("without a chat server the page works and leads to the contact page", async ({
  page,
  server,
  site,
  visitor,
}) => {
  site.page(
    "/",
    `<!doctype html><title>Shop</title><script src="${server.url}/widget.js" data-fallback-url="/contact" async></script><body><h1>Shop</h1>`,
  );
  await page.goto(site.url);
  await expect(visitor.button).toBeVisible();
  server.down = true;
  await visitor.button.click();
  const link = page.getByRole("link", { name: "Chat unavailable – contact us" });
  await expect(link).toHaveAttribute("href", "/contact");
  server.down = false;
  await visitor.button.click();
  await expect(visitor.panel).toBeVisible();
  await expect(link).toBeHidden();
});

test("a server that is too slow is said to be", async ({ page, server, visitor }) => {
  await page.clock.install();
  let open = () => {};
  server.gate = new Promise((resolve) => {
    open = resolve;
  });
  await page.goto(`${server.url}/demo`);
  await visitor.open();
  await expect(page.locator(".who")).toContainText("Connecting…");
  await page.clock.runFor(11_000);
  await expect(page.locator(".notice")).toContainText("We can't reach the chat right now.");
  open();
  await page.keyboard.press("Escape");
  await visitor.open();
  await expect(page.locator(".who")).toContainText("Usually answers within 4 min");
});
