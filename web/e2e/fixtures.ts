/** A fake chat server, a website on another origin, and the visitor's hands. */
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { FakeServer } from "./fake/server.ts";

export class Visitor {
  readonly button: Locator;
  readonly panel: Locator;
  readonly log: Locator;
  readonly composer: Locator;

  constructor(readonly page: Page) {
    this.button = page.locator("deskbell-chat .at > button");
    this.panel = page.getByRole("dialog");
    this.log = page.getByRole("log");
    this.composer = page.locator(".composer textarea");
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.panel).toBeVisible();
  }

  /** Fills in the form and sends the first message. */
  async begin(body = "My sink is leaking, can you come today?"): Promise<void> {
    await this.open();
    await this.page.locator("#name").fill("Maria");
    await this.page.locator("#phone").fill("(415) 555-2671");
    await this.page.locator("#body").fill(body);
    await this.page.locator("button.primary").click();
    await expect(this.composer).toBeVisible();
  }

  async say(body: string): Promise<void> {
    await this.composer.fill(body);
    await this.composer.press("Enter");
  }

  bubbles(): Promise<string[]> {
    return this.page.locator(".bubble").allTextContents();
  }
}

interface Fixtures {
  server: FakeServer;
  site: FakeServer;
  visitor: Visitor;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
  server: async ({}, use) => {
    const server = await FakeServer.listen();
    await use(server);
    await server.close();
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from here
  site: async ({}, use) => {
    const site = await FakeServer.listen();
    await use(site);
    await site.close();
  },
  visitor: async ({ page }, use) => use(new Visitor(page)),
});

export { expect };
