// The page with the real functions behind it, in one browser.

import { mkdirSync } from "node:fs";
import { after, before } from "node:test";
import { startFunctions } from "../web/service.mjs";
import { PICTURES, browsers } from "./browsers.mjs";
import { serve } from "./serve.mjs";

/** What is set up once for a file of tests, and taken down after them. */
export function stage(name) {
  const set = {};
  before(async () => {
    mkdirSync(PICTURES, { recursive: true });
    [set.functions, set.browser] = await Promise.all([startFunctions(), browsers[name]()]);
    set.site = await serve(set.functions.open);
  });
  after(async () => {
    await set.browser?.close();
    await set.site?.stop();
    await set.functions?.stop();
  });
  return set;
}

/** Somebody at a view, who is gone after the test. */
export async function at(set, t, view, { hidden = [], ...how } = {}) {
  const person = await set.browser.open(how);
  set.site.hidden.clear();
  for (const name of hidden) set.site.hidden.add(name);
  set.site.faults.length = 0;
  set.site.requests.length = 0;
  set.site.use(how.closed ? set.functions.closed : set.functions.open);
  t.after(() => person.close());
  await person.visit((how.url ?? set.site.url) + (view === "try" ? "try.html" : `#${view}`));
  return person;
}

/** A token of the functions for channel lobby and uid 7, unless `more` says otherwise. */
export async function token(set, more = {}) {
  const response = await fetch(`${set.functions.open}/v1/${more.kind ?? "rtc"}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(more.asks ?? { channelName: "lobby", uid: 7, role: "publisher" }),
  });
  return (await response.json()).token;
}
