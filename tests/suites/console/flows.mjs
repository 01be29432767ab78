// What people do with the page, in any browser.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { at, stage, token } from "./stage.mjs";

const VERDICT = ".result .title";
const ERROR = ".result .banner.bad";

/** Refusals, and what the page says to do about each. */
const REFUSALS = [
  ["down", /does not answer.*online/],
  [{ status: 429, body: { message: "Too Many Requests" }, "retry-after": "7" }, /Too many requests.*Wait for 7 seconds/],
  [{ status: 503, body: { code: "project_unavailable", detail: "the secret cannot be read", requestId: "r-1" }, "retry-after": "9" },
    /cannot work at the moment.*The secret cannot be read.*in 9 seconds.*r-1/],
];

export function flows(browser) {
  const set = stage(browser);

  describe("Explain", () => {
    test("says until when a token works, for whom and where, and what was not compared", async (t) => {
      const person = await at(set, t, "explain");
      await person.enters("Token", `flutter: token is ${await token(set)} (from a log)`);
      await person.reads(VERDICT, /Works until \d\d:\d\d:\d\d, for another 59 min/);
      await person.reads(".result .banner", "the signature");
      await person.reads(".who", "uid 7");
      await person.reads(".where", "channel lobby");
      await person.reads(".rights", /join channel.*59 min \d+ s left/);
      const bars = await person.do(() => document.querySelectorAll(".bar .tick").length);
      assert.equal(bars, 4, "now is marked on each right");
      assert.deepEqual(person.complaints.filter((text) => !/explain\.wasm|404/.test(text)), []);
    });

    test("compares what the app joins with while it is entered", async (t) => {
      const person = await at(set, t, "explain");
      await person.enters("Token", await token(set));
      await person.enters("User ID", "8");
      await person.reads(VERDICT, /Refused: .*for uid 7, your app joins with uid 8/);
      await person.reads(ERROR, /What to do:.*110.*ERR_INVALID_TOKEN/);
      await person.enters("User ID", "7");
      await person.reads(VERDICT, "Works until");
      await person.enters("Channel", "lounge");
      await person.reads(VERDICT, /Refused: .*lounge/);
      await person.enters("Channel", "lobby");
      await person.enters("App ID", "0123456789abcdef0123456789abcdef");
      await person.reads(VERDICT, /Refused: .*App ID/);
    });

    test("takes users by the names of the token's product", async (t) => {
      const person = await at(set, t, "explain");
      await person.enters("Token", await token(set, { kind: "rtm", asks: { userId: "ann" } }));
      await person.enters("User ID", "bob");
      await person.reads(VERDICT, /Refused: .*ann.*bob/);
      await person.enters("User ID", "ann");
      await person.reads(VERDICT, "Works until");
    });

    test("explains the example, and what is no token", async (t) => {
      const person = await at(set, t, "explain");
      await person.presses("Show an example");
      await person.reads(VERDICT, /Refused: .*(expired|ended)/);
      await person.enters("Token", "hello");
      await person.reads(VERDICT, "Refused: ");
      await person.enters("Token", "");
      await person.reads(".empty", "Nothing to explain yet");
    });

    test("tells that nothing leaves the page, and nothing does", async (t) => {
      const person = await at(set, t, "explain");
      await person.enters("Token", await token(set));
      await person.reads(".privacy", "has not left your browser");
      const asked = set.site.requests.map(({ method, url }) => `${method} ${url}`);
      assert.ok(asked.every((request) => /^GET \/console\/[\w.-]*$/.test(request)), asked.join("\n"));
      const kept = await person.do(async () => [location.href, document.cookie, localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]);
      assert.deepEqual(kept, [`${set.site.url}#explain`, "", 0, 0, 0]);
    });

    test("asks the service where WebAssembly cannot be had, and says so", async (t) => {
      const person = await at(set, t, "explain", { hidden: ["explain.wasm"] });
      await person.enters("Token", await token(set));
      await person.reads(".ask", "so the service explains it");
      await person.reads(VERDICT, "Works until");
      assert.ok(set.site.requests.some(({ method, url }) => method === "POST" && url === "/v1/inspect"));
    });

    for (const [fault, says] of REFUSALS) {
      test(`says what to do after ${fault.status ?? "no answer"}`, async (t) => {
        const person = await at(set, t, "explain", { hidden: ["explain.wasm"] });
        if (fault === "down") await set.site.down();
        else set.site.faults.push(fault);
        await person.enters("Token", await token(set));
        await person.reads(ERROR, says);
        await set.site.up();
        await person.presses("Try again");
        await person.reads(VERDICT, "Works until");
      });
    }
  });

  describe("Mint", () => {
    test("issues a token, and shows it as a picture, as JSON and as code", async (t) => {
      const person = await at(set, t, "mint");
      await person.enters("Channel name", "stage");
      await person.presses("Mint token");
      await person.reads(VERDICT, /Works until .*Renew it at/);
      await person.reads(".where", "channel stage");
      await person.presses("Answer as JSON");
      await person.reads("pre", '"channelName": "stage"');
      await person.presses("Python");
      await person.reads("section pre", "urllib.request");
      assert.deepEqual(person.complaints.filter((text) => !/explain\.wasm|404/.test(text)), []);
    });

    test("issues every kind that the document has, from its example", async (t) => {
      const person = await at(set, t, "mint");
      const kinds = await person.do(() => [...document.querySelector("select").options].map(({ value }) => value));
      assert.ok(kinds.length >= 16, kinds.join(" "));
      await person.enters("Credentials", set.functions.apiKey);
      for (const kind of kinds) {
        await person.chooses("Kind of token", kind);
        await person.reads(".empty", "No token yet");
        await person.presses("Mint token");
        await person.reads(VERDICT, "Works until");
        await person.sees(".picture");
      }
    });

    test("says what is wrong at its field, before and after it is sent", async (t) => {
      const person = await at(set, t, "mint");
      await person.enters("Uid", "99999999999");
      await person.presses("Mint token");
      await person.reads(".field .invalid", /4294967295/);
      assert.equal(await person.focused(), "Uid");
      assert.ok(!set.site.requests.some(({ method }) => method === "POST"));
      await person.enters("Uid", "7");
      await person.presses("More parameters");
      await person.enters("Account", "ann");
      await person.presses("Mint token");
      await person.reads(".field .invalid", /account/);
      await person.enters("Account", "a/b");
      await person.presses("Mint token");
      await person.reads(".field .invalid", "not allowed here");
      await person.enters("Channel name", "");
      await person.presses("Mint token");
      assert.equal(await person.focused(), "Channel name");
    });

    test("says who may not have it: nobody without credentials, and users not everything", async (t) => {
      const person = await at(set, t, "mint", { closed: true });
      await person.presses("Mint token");
      await person.reads(ERROR, /who you are.*Credentials/);
      await person.enters("Credentials", set.functions.expiredJwt);
      await person.reads(".field", "Sent as the JWT of a user");
      await person.presses("Mint token");
      await person.reads(ERROR, /who you are.*expired/);
      await person.enters("Credentials", set.functions.jwt);
      await person.presses("Mint token");
      await person.reads(ERROR, /may not have this/);
      await person.enters("Credentials", set.functions.apiKey);
      await person.reads(".field", "Sent as an API key");
      await person.presses("Mint token");
      await person.reads(VERDICT, "Works until");
    });

    for (const [fault, says] of REFUSALS) {
      test(`says what to do after ${fault.status ?? "no answer"}`, async (t) => {
        const person = await at(set, t, "mint");
        if (fault === "down") await set.site.down();
        else set.site.faults.push(...Array(8).fill(fault));
        await person.presses("Mint token");
        await person.reads(ERROR, says);
        set.site.faults.length = 0;
        await set.site.up();
        await person.presses("Try again");
        await person.reads(VERDICT, "Works until");
      });
    }

    test("keeps credentials in the memory of the tab, out of addresses, storages and the code", async (t) => {
      const person = await at(set, t, "mint", { closed: true });
      const secret = set.functions.apiKey;
      await person.enters("Credentials", secret);
      await person.presses("Mint token");
      await person.reads(VERDICT, "Works until");
      const sent = set.site.requests.filter(({ url, headers }) => `${url} ${JSON.stringify(headers)}`.includes(secret));
      assert.deepEqual(sent.map(({ url, headers }) => [url, headers["x-api-key"]]), [["/v1/rtc", secret]]);
      const kept = await person.do(() => [location.href, JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }]), document.body.innerText]);
      assert.ok(!kept.join().includes(secret));
      await person.page.reload();
      await person.sees("h1");
      await person.presses("Mint token");
      await person.reads(ERROR, "who you are");
    });
  });

  describe("Access", () => {
    test("shows what the policy grants: to anonymous callers, to users, to keys", async (t) => {
      const person = await at(set, t, "access");
      await person.presses("Show access");
      await person.reads(VERDICT, /You are anonymous/);
      await person.reads(".rules", /applies.*Kinds of token.*rtc/);
      set.site.use(set.functions.closed);
      await person.enters("Credentials", set.functions.jwt);
      await person.presses("Show access");
      await person.reads(VERDICT, /You are a user/);
      await person.reads(".result", "ann");
      await person.enters("Credentials", set.functions.apiKey);
      await person.presses("Show access");
      await person.reads(VERDICT, /You are a service/);
    });

    test("says what to do with credentials that are none", async (t) => {
      const person = await at(set, t, "access", { closed: true });
      await person.enters("Credentials", "nonsense");
      await person.presses("Show access");
      await person.reads(ERROR, /who you are/);
    });
  });

  describe("The page", () => {
    test("can be used by the keyboard alone", async (t) => {
      const person = await at(set, t, "explain");
      const tab = async (wanted) => {
        for (let step = 0; step < 40; step++) {
          await person.page.keyboard.press("Tab");
          if ((await person.focused()) === wanted) return;
        }
        assert.fail(`the keyboard does not get to ${wanted}`);
      };
      await tab("Mint");
      await person.page.keyboard.press("Enter");
      await person.reads("h1", "Mint a token");
      await tab("Mint token");
      await person.page.keyboard.press("Enter");
      await person.reads(VERDICT, "Works until");
      await tab("Python");
      await person.page.keyboard.press(" ");
      await person.reads("section pre", "urllib.request");
    });

    test("keeps what was entered in one view while another is looked at", async (t) => {
      const person = await at(set, t, "mint");
      await person.enters("Channel name", "stage");
      await person.presses("Access");
      await person.reads("h1", "Who may what");
      await person.presses("Mint");
      await person.reads("h1", "Mint a token");
      assert.equal(await person.do(([id]) => document.querySelector(id).value, await person.control("Channel name")), "stage");
    });

    for (const dark of [false, true]) {
      test(`is accessible ${dark ? "in the dark" : "in the light"}, full and with errors`, async (t) => {
        for (const view of ["explain", "mint", "access", "try"]) {
          const person = await at(set, t, view, { dark });
          assert.deepEqual(await person.judged(), [], `${view}, empty`);
          if (view === "explain") {
            await person.enters("Token", await token(set));
            await person.reads(VERDICT, "Works until");
            assert.deepEqual(await person.judged(), [], "explain, full");
            await person.enters("User ID", "8");
            await person.reads(VERDICT, "Refused");
          }
          if (view === "mint") {
            await person.presses("Mint token");
            await person.reads(VERDICT, "Works until");
            await person.presses("Answer as JSON");
            assert.deepEqual(await person.judged(), [], "mint, full");
            await person.presses("More parameters");
            await person.enters("Account", "a/b");
            await person.presses("Mint token");
            await person.reads(".field .invalid", "not allowed");
          }
          if (view === "access") {
            await person.presses("Show access");
            await person.sees(VERDICT);
          }
          assert.deepEqual(await person.judged(), [], `${view}, at the end`);
        }
      });
    }

    test("fits on narrow and on wide screens", async (t) => {
      for (const view of ["explain", "mint", "access", "try"]) {
        const person = await at(set, t, view, { width: 320 });
        if (view === "explain") await person.enters("Token", await token(set));
        if (view === "mint") await person.presses("Mint token");
        if (view === "access") await person.presses("Show access");
        if (view !== "try") await person.sees(VERDICT);
        for (const width of [320, 360, 768, 1280, 2560]) {
          await person.resize({ width, height: 800 });
          const over = await person.do(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(over <= 0, `${view} at ${width} is ${over} px too wide`);
        }
      }
    });
  });

  return set;
}
