import { expect, test } from "../fixtures.ts";

test.beforeEach(async ({ page, server, visitor }) => {
  await page.clock.install();
  await page.goto(`${server.url}/demo`);
  await visitor.begin("first");
  await expect(page.locator(".who")).toContainText("Dana");
});

test("a server that is killed and comes back loses and doubles nothing", async ({
  server,
  visitor,
  page,
}) => {
  server.die();
  await visitor.say("second");
  await page.clock.runFor(60_000);
  await expect(page.getByText("Not sent")).toBeVisible();
  await expect(page.getByText("No connection.")).toBeVisible();
  await expect(page.getByText("Contact us another way")).toBeVisible();
  server.chat.agentSays("written while you were away");
  server.down = false;
  await page.clock.runFor(60_000);
  await expect(page.locator(".bubble")).toHaveText(["first", "written while you were away", "second"]);
  await expect(page.getByText("No connection.")).toBeHidden();
  expect(server.chat.log.map(({ body }) => body)).toEqual(["first", "written while you were away", "second"]);
});

test("an hour without a network is caught up with", async ({ server, page, context, visitor }) => {
  await context.setOffline(true);
  server.chat.cutSockets();
  for (let i = 0; i < 30; i += 1) server.chat.agentSays(`news ${i}`);
  await page.clock.runFor("01:00:00");
  await context.setOffline(false);
  await page.clock.runFor(40_000);
  await expect(page.locator(".bubble")).toHaveCount(31);
  expect((await visitor.bubbles()).slice(1)).toEqual(Array.from({ length: 30 }, (_, i) => `news ${i}`));
});

test("Retry sends the message once and keeps the focus", async ({ server, visitor, page }) => {
  server.die();
  await visitor.say("second");
  await page.clock.runFor(20_000);
  const retry = page.getByRole("button", { name: "Retry" });
  await retry.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".trouble button")).toBeFocused();
  await page.clock.runFor(20_000);
  await expect(retry).toBeFocused();
  server.down = false;
  await page.keyboard.press("Enter");
  await expect(page.locator(".trouble")).toBeHidden();
  await expect(visitor.composer).toBeFocused();
  expect(server.chat.log.map(({ body }) => body)).toEqual(["first", "second"]);
});

test("frames that are lost or repeated leave no trace", async ({ server, page }) => {
  server.chat.copies = [1, 0, 1, 2];
  for (const body of ["a", "b", "c", "d"]) server.chat.agentSays(body);
  await page.clock.runFor(5_000);
  await expect(page.locator(".bubble")).toHaveText(["first", "a", "b", "c", "d"]);
});

for (const [code, wait] of [
  [1012, 5_000],
  [4408, 500],
  [4429, 40_000],
] as const) {
  test(`close code ${code} is followed by a return within ${wait} ms`, async ({ server, page }) => {
    server.chat.closeSockets(code);
    server.chat.agentSays("meanwhile");
    await page.clock.runFor(wait);
    await expect(page.locator(".bubble")).toHaveText(["first", "meanwhile"]);
  });
}

test("another epoch makes the window ask for everything again", async ({ server, page }) => {
  server.chat.agentSays("lost with the disk");
  await expect(page.locator(".bubble")).toHaveCount(2);
  server.chat.log.pop();
  server.chat.epoch = "second";
  server.chat.agentSays("written after the restore");
  server.chat.closeSockets(1012);
  await page.clock.runFor(10_000);
  await expect(page.locator(".bubble")).toHaveText(["first", "written after the restore"]);
});

test("two tabs share one conversation", async ({ server, visitor, page, context }) => {
  const other = await context.newPage();
  await other.goto(`${server.url}/demo`);
  await other.locator("deskbell-chat .at > button").click();
  await expect(other.locator(".bubble")).toHaveText(["first"]);
  await visitor.say("from the first tab");
  await other.locator(".composer textarea").fill("from the second tab");
  await other.keyboard.press("Enter");
  server.chat.agentSays("to both");
  for (const tab of [page, other]) await expect(tab.locator(".bubble")).toHaveCount(4);
  expect(await other.locator(".bubble").allTextContents()).toEqual(await visitor.bubbles());
  expect(new Set(server.chat.log.map(({ body }) => body)).size).toBe(4);
});

test("a reload while a message is on its way stores it once", async ({ server, visitor, page }) => {
  server.die();
  await visitor.say("second");
  await expect(page.locator(".bubble")).toHaveCount(2);
  server.down = false;
  await page.reload();
  await visitor.open();
  await expect(page.locator(".bubble")).toHaveText(["first", "second"]);
  await expect(page.locator(".meta").last()).toContainText("Sent");
  expect(server.chat.log.length).toBe(2);
});
