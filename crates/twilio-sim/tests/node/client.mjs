// Twilio's official Node client against the stand-in: whatever it expects of the real API, it must find here.
// Takes the stand-in's URL as SIM_URL.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import twilio from "twilio";

const ACCOUNT = "AC00000000000000000000000000000000";
const TOKEN = "sim-auth-token";
const TO = "+15558675310";
const FROM = "+15005550006";
const DEADLINE_MS = 10_000;

const simUrl = process.env.SIM_URL;
assert.ok(simUrl, "SIM_URL is missing");

/** The official client, pointed at the stand-in. */
function client(...credentials) {
  const made = twilio(...credentials);
  made.api.baseUrl = simUrl;
  return made;
}

/** A webhook that collects what is posted to it. */
async function webhook() {
  const posts = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    posts.push({ path: request.url, signature: request.headers["x-twilio-signature"], body });
    response.writeHead(204).end();
    server.emit("posted");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const wait = async (count) => {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    while (posts.length < count) await once(server, "posted", { signal });
    return posts;
  };
  return { url: `http://127.0.0.1:${server.address().port}`, wait, close: () => server.close() };
}

const tests = {
  async "creates a message and reads every field"() {
    const message = await client(ACCOUNT, TOKEN).messages.create({ to: TO, from: FROM, body: "Hi ✓" });
    assert.match(message.sid, /^SM[0-9a-f]{32}$/);
    assert.equal(message.status, "queued");
    assert.equal(message.direction, "outbound-api");
    assert.equal(message.body, "Hi ✓");
    assert.equal(message.numSegments, "1");
    assert.equal(message.errorCode, null);
    assert.ok(message.dateCreated instanceof Date && !Number.isNaN(message.dateCreated.getTime()));
    assert.equal(message.accountSid, ACCOUNT);
  },

  async "fetches, redacts and removes a message"() {
    const messages = client(ACCOUNT, TOKEN).messages;
    const { sid } = await messages.create({ to: TO, from: FROM, body: "Hi" });
    assert.equal((await messages(sid).fetch()).sid, sid);
    assert.equal((await messages(sid).update({ body: "" })).body, "");
    assert.equal(await messages(sid).remove(), true);
    await assert.rejects(messages(sid).fetch(), { status: 404, code: 20404 });
  },

  async "lists all pages with filters"() {
    const messages = client(ACCOUNT, TOKEN).messages;
    const to = "+15558675377";
    const sids = [];
    for (let index = 0; index < 5; index += 1) sids.unshift((await messages.create({ to, from: FROM, body: `${index}` })).sid);
    const listed = await messages.list({ to, pageSize: 2 });
    assert.deepEqual(listed.map((message) => message.sid), sids);
    const page = await messages.page({ to, pageSize: 2 });
    const next = await page.nextPage();
    assert.deepEqual(next.instances.map((message) => message.sid), sids.slice(2, 4));
    assert.equal((await messages.list({ to, dateSentBefore: new Date(0) })).length, 0);
  },

  async "authenticates with an API key"() {
    const key = client("SK00000000000000000000000000000000", "sim-api-key-secret", { accountSid: ACCOUNT });
    assert.equal((await key.messages.create({ to: TO, from: FROM, body: "Hi" })).accountSid, ACCOUNT);
    assert.equal((await client(ACCOUNT, TOKEN).api.v2010.accounts(ACCOUNT).fetch()).status, "active");
  },

  async "raises the documented errors"() {
    const create = (params) => client(ACCOUNT, TOKEN).messages.create({ to: TO, from: FROM, body: "Hi", ...params });
    await assert.rejects(create({ to: "+15005550001" }), { status: 400, code: 21211 });
    await assert.rejects(create({ to: "+15005550004" }), { status: 400, code: 21610 });
    await assert.rejects(client(ACCOUNT, "wrong").messages.create({ to: TO, from: FROM, body: "Hi" }), {
      status: 401,
      code: 20003,
      moreInfo: "https://www.twilio.com/docs/errors/20003",
    });
  },

  async "sends status callbacks that the official check accepts"() {
    const hook = await webhook();
    try {
      const url = `${hook.url}/twilio/status/1?x=it's`;
      const { sid } = await client(ACCOUNT, TOKEN).messages.create({ to: TO, from: FROM, body: "Hi", statusCallback: url });
      const posts = await hook.wait(2);
      for (const post of posts) {
        const params = Object.fromEntries(new URLSearchParams(post.body));
        assert.equal(params.MessageSid, sid);
        assert.ok(twilio.validateRequest(TOKEN, post.signature, url, params), post.body);
        assert.ok(!twilio.validateRequest("wrong", post.signature, url, params));
        assert.ok(!twilio.validateRequest(TOKEN, post.signature, url, { ...params, MessageStatus: "failed" }));
      }
      const statuses = posts.map((post) => new URLSearchParams(post.body).get("MessageStatus"));
      assert.deepEqual(statuses, ["sent", "delivered"]);
    } finally {
      hook.close();
    }
  },

  async "receives an inbound SMS that the official check accepts"() {
    const hook = await webhook();
    try {
      const url = `${hook.url}/twilio/inbound`;
      await fetch(`${simUrl}/control/inbound`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ from: TO, to: FROM, body: " Grüße\n", url }),
      });
      const [post] = await hook.wait(1);
      const params = Object.fromEntries(new URLSearchParams(post.body));
      assert.equal(params.Body, " Grüße\n");
      assert.ok(twilio.validateRequest(TOKEN, post.signature, url, params));
    } finally {
      hook.close();
    }
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok - ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`not ok - ${name}\n`, error);
  }
}
// Kept-alive connections would hold the process.
process.exit(failed === 0 ? 0 : 1);
