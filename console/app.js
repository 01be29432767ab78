// Which view is shown. The part behind `#` names a view, never anything that was pasted.

import { frame, h } from "./ui.js";
import { texts } from "./texts.js";

const VIEWS = ["explain", "mint", "access"];
const main = h("main", { tabindex: "-1" });
const shown = {};

/** What was entered in one view stays while another is looked at. */
async function show() {
	const asked = location.hash.slice(1);
	const name = VIEWS.includes(asked) ? asked : "explain";
	shown[name] ??= h("div", await (await import(`./${name}.js`)).view());
	if (location.hash.slice(1) !== asked) return;
	document.title = `${texts.views[name]} · ${texts.name}`;
	main.replaceChildren(shown[name]);
	document.body.replaceChildren(...frame(name, main));
}

addEventListener("hashchange", async () => {
	await show();
	main.focus();
});
show();
