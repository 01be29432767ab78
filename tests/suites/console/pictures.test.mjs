// Pictures of the page for people to look at, in target/pictures/: phone, tablet and desktop, light and dark, each
// view with something in it and with something wrong.

import { test } from "node:test";
import { at, stage, token } from "./stage.mjs";

const set = stage("Chromium");

const WIDTHS = { phone: 360, tablet: 768, desktop: 1280 };

const VIEWS = {
  async explain(person) {
    // In the middle of the token's life.
    await person.page.clock.setFixedTime(Date.now() + 1500_000);
    await person.enters("Token", await token(set, { asks: { channelName: "lobby", uid: 7, privileges: { joinChannel: 3600, publishAudioStream: 2700, publishVideoStream: 1800 } } }));
    await person.reads(".result .title", "Works until");
  },
  async "explain-wrong"(person) {
    await VIEWS.explain(person);
    await person.enters("Channel", "lounge");
    await person.reads(".result .title", "Refused");
  },
  async mint(person) {
    await person.presses("Mint token");
    await person.reads(".result .title", "Works until");
  },
  async "mint-wrong"(person) {
    await person.enters("Channel name", "a/b");
    await person.presses("Mint token");
    await person.reads(".field .invalid", "not allowed");
  },
  async access(person) {
    await person.presses("Show access");
    await person.sees(".result .title");
  },
  async "access-wrong"(person) {
    await person.enters("Credentials", "nonsense");
    await person.presses("Show access");
    await person.sees(".result .title");
  },
  async try() {},
};

/** What the README shows: `cp target/pictures/readme-NAME.png docs/images/console-NAME.png`. */
test("for the README", async (t) => {
  for (const [name, dark, height] of [["explain", false, 760], ["mint", true, 780], ["access", false, 720]]) {
    const person = await at(set, t, name, { width: 1200, height, dark });
    await VIEWS[name](person);
    await person.do(() => document.activeElement.blur());
    await person.do(() => scrollTo(0, 0));
    await person.picture(`readme-${name}`, false);
  }
});

for (const [device, width] of Object.entries(WIDTHS)) {
  for (const dark of [false, true]) {
    test(`${device}, ${dark ? "dark" : "light"}`, async (t) => {
      for (const [name, fill] of Object.entries(VIEWS)) {
        const person = await at(set, t, name.split("-")[0], { width, dark });
        await fill(person);
        await person.do(() => document.activeElement.blur());
        await person.picture(`${name}-${device}-${dark ? "dark" : "light"}`);
      }
    });
  }
}
