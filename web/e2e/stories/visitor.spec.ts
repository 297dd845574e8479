/** A visitor, the real servers, and the SMS that has to arrive. */
import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "./stage.ts";

const SMS_TIMEOUT_MS = 20_000;
const RETURN_TIMEOUT_MS = 40_000;

async function conversationId(page: Page): Promise<string> {
  const identity = await page.evaluate(() => localStorage.getItem("deskbell:identity"));
  return (JSON.parse(identity ?? "{}") as { conversationId: string }).conversationId;
}

/** Texts are cut short in an SMS, so the sign that tells them apart comes first. */
const sign = () => randomUUID().slice(0, 8);

test.beforeEach(async ({ page, stage }) => {
  await page.goto(`${stage.scene.chat}/demo`);
});

test("the first message becomes an SMS, and the answer appears in the window", async ({
  page,
  stage,
  visitor,
}) => {
  const question = `${sign()} My sink is leaking`;
  await visitor.begin(question);
  await expect(page.locator(".meta").last()).toContainText("Sent");
  await expect
    .poll(
      async () => (await stage.textMessages()).filter((text) => text.includes(question.slice(0, 8))).length,
      {
        timeout: SMS_TIMEOUT_MS,
      },
    )
    .toBeGreaterThan(0);

  const agent = await stage.agent();
  await agent.say(await conversationId(page), "We are on our way.");
  await expect(visitor.log).toContainText("We are on our way.");
  await visitor.say("Thank you!");
  await expect(page.locator(".bubble")).toHaveText([question, "We are on our way.", "Thank you!"]);
});

test("a server that is killed and started again loses nothing and doubles nothing", async ({
  page,
  stage,
  visitor,
}) => {
  test.setTimeout(120_000);
  await visitor.begin(`${sign()} first`);
  await expect(page.locator(".meta").last()).toContainText("Sent");
  await stage.tell("kill", "chat-api");
  await visitor.say("second");
  await visitor.say("third");
  await stage.tell("start", "chat-api");
  await expect(page.locator(".meta").last()).toContainText("Sent", { timeout: RETURN_TIMEOUT_MS });
  const agent = await stage.agent();
  await agent.say(await conversationId(page), "fourth");
  await expect(page.locator(".bubble")).toHaveText([/first/, "second", "third", "fourth"], {
    timeout: RETURN_TIMEOUT_MS,
  });
  await page.reload();
  await visitor.open();
  await expect(page.locator(".bubble")).toHaveText([/first/, "second", "third", "fourth"]);
});

test("two tabs and a reload see the same conversation", async ({ page, context, stage, visitor }) => {
  await visitor.begin(`${sign()} from the first tab`);
  await expect(page.locator(".meta").last()).toContainText("Sent");
  const other = await context.newPage();
  await other.goto(`${stage.scene.chat}/demo`);
  await other.locator("deskbell-chat .at > button").click();
  await other.locator(".composer textarea").fill("from the second tab");
  await other.keyboard.press("Enter");
  for (const tab of [page, other]) {
    await expect(tab.locator(".bubble")).toHaveText([/from the first tab/, "from the second tab"]);
  }
});

test("markup is stored and shown as the text it is", async ({ page, visitor }) => {
  const payload = `${sign()} <img src=x onerror=window.hit=1><script>window.hit=1</script>`;
  await visitor.begin(payload);
  await expect(page.locator(".meta").last()).toContainText("Sent");
  await page.reload();
  await visitor.open();
  await expect(page.locator(".bubble")).toHaveText([payload]);
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
});
