import { expect, test } from "../fixtures.ts";

test.beforeEach(({ page, server }) => page.goto(`${server.url}/demo`));

test("the first message tells who the visitor is, and the answer appears", async ({
  server,
  visitor,
  page,
}) => {
  await visitor.begin();
  await expect
    .poll(() => server.chat.started)
    .toMatchObject({
      name: "Maria",
      phone: "(415) 555-2671",
      locale: "en",
      page_url: `${server.url}/demo`,
    });
  await expect(page.locator(".who")).toContainText("Dana");
  server.chat.agentTypes();
  await expect(page.locator(".typing")).toBeVisible();
  server.chat.agentSays("We are on our way.");
  await expect(visitor.log).toContainText("We are on our way.");
  await expect(page.locator(".typing")).toBeHidden();
  server.chat.agentSees();
  await expect(page.locator(".meta").first()).toContainText("Seen");
  await expect.poll(() => server.chat.received).toContainEqual({ type: "seen", seq: 2 });
});

test("what the visitor writes goes through the socket, and typing is told", async ({
  server,
  visitor,
  page,
}) => {
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  await visitor.say("One more thing");
  await expect.poll(() => server.chat.log.map(({ body }) => body)).toContain("One more thing");
  expect(server.chat.received.map(({ type }) => type)).toEqual(["hello", "typing", "send"]);
  await expect(page.locator(".meta").last()).toContainText("Sent");
});

test("an incomplete form says what is missing, and leads there", async ({ visitor, page }) => {
  await visitor.open();
  await page.locator("button.primary").click();
  await expect(page.locator("#name")).toBeFocused();
  await expect(page.locator("#name-problem")).toHaveText("Please tell us your name.");
  await page.locator("#name").fill("Maria");
  await page.getByRole("radio", { name: "Email" }).check();
  await page.locator("#email").fill("maria");
  await page.locator("button.primary").click();
  await expect(page.locator("#email")).toBeFocused();
});

test("details that the server refuses come back to the form with the message", async ({
  server,
  visitor,
  page,
}) => {
  server.refusals.push({
    status: 422,
    body: { code: "invalid_body", errors: [{ pointer: "/phone", message: "?" }] },
  });
  await visitor.open();
  await page.locator("#name").fill("Maria");
  await page.locator("#phone").fill("000000");
  await page.locator("#body").fill("Help");
  await page.locator("button.primary").click();
  await expect(page.locator("#phone-problem")).toHaveText("Please enter a phone number.");
  await expect(page.locator("#body")).toHaveValue("Help");
});

test("new answers do not take the reader away, and can be jumped to", async ({ server, visitor, page }) => {
  await visitor.begin();
  for (let i = 0; i < 20; i += 1) server.chat.agentSays(`Line ${i}`);
  await expect(page.locator(".bubble")).toHaveCount(21);
  const scroller = page.locator(".stage .scroll");
  await scroller.evaluate((element) => element.scrollTo(0, 0));
  await expect(page.locator(".latest")).toHaveText("Jump to latest");
  server.chat.agentSays("And another");
  await expect(page.locator(".latest")).toHaveText("1 new");
  expect(await scroller.evaluate((element) => element.scrollTop)).toBe(0);
  await page.locator(".latest").click();
  await expect(page.getByText("And another")).toBeInViewport();
  await expect(page.locator(".latest")).toBeHidden();
});

test("a closed window counts what is unread", async ({ server, visitor, page }) => {
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  await page.keyboard.press("Escape");
  server.chat.agentSays("Are you there?");
  server.chat.agentSays("Hello?");
  await expect(visitor.button.locator("b")).toHaveText("2");
  await expect(visitor.button).toHaveAccessibleName("2 new");
  await visitor.open();
  await expect(visitor.button.locator("b")).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(visitor.button.locator("b")).toBeHidden();
});

test("unsent text and the conversation survive a reload", async ({ server, visitor, page }) => {
  await visitor.begin();
  server.chat.agentSays("Which street?");
  await expect(visitor.log).toContainText("Which street?");
  await visitor.composer.fill("It is Dock Str");
  await page.reload();
  await visitor.open();
  await expect(visitor.composer).toHaveValue("It is Dock Str");
  await expect(page.locator(".bubble")).toHaveCount(2);
});

test("the end of a chat is told, and a message opens it again", async ({ server, visitor, page }) => {
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  server.chat.setStatus({ closed: true });
  await expect(page.getByText("This chat was ended.")).toBeVisible();
  await visitor.say("One more question");
  server.chat.setStatus({ closed: false });
  await expect(page.getByText("This chat was ended.")).toBeHidden();
});

test("a conversation that is gone makes room for a new one", async ({ server, visitor, page }) => {
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  server.chat.closeSockets(4401);
  await expect(page.getByText("The earlier chat is no longer available.")).toBeVisible();
  await expect(page.locator("#name")).toHaveValue("Maria");
});

test("every message is announced once", async ({ server, visitor, page }) => {
  await visitor.begin();
  await expect(page.locator(".who")).toContainText("Dana");
  await visitor.log.evaluate((log) => {
    const added: string[] = [];
    Object.assign(window, { added });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof Element && node.matches(".item")) added.push(node.textContent);
    }).observe(log, { childList: true, subtree: true });
  });
  await visitor.say("Mine");
  await expect(page.locator(".meta").last()).toContainText("Sent");
  server.chat.copies = [2];
  server.chat.agentSays("Yours");
  server.chat.agentSees();
  await expect(page.locator(".meta").first()).toBeVisible();
  await expect(page.locator(".bubble")).toHaveCount(3);
  const added = await page.evaluate(() => (window as unknown as { added: string[] }).added);
  expect(added.map((text) => /Mine|Yours/.exec(text)?.[0])).toEqual(["Mine", "Yours"]);
  await expect(visitor.log).toHaveAttribute("aria-live", "polite");
});
