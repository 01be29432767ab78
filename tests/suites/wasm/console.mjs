// Calls the console's module as its page does: for each line, a request as a JSON string, its answer in a line.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const { memory, alloc, explain, free } = instance.exports;

function ask(text) {
  const bytes = new TextEncoder().encode(text);
  const at = alloc(bytes.length);
  // The memory may have grown since, so a view is made each time.
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  const answer = explain(at, bytes.length);
  const length = new DataView(memory.buffer).getUint32(answer, true);
  const said = new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(memory.buffer, answer + 4, length));
  free(answer, length + 4);
  return said;
}

const lines = readFileSync(0, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
for (const text of lines) console.log(ask(text));
// Addresses that it never gave, and one that was given back, are no harm.
for (const address of [0, 7, 2 ** 31, alloc(3), alloc(0)]) {
  free(address, 3);
  free(address, 3);
  explain(address, 1000);
}
if (lines.some((text) => !ask(text))) throw new Error("it is broken");
// What is given back is used again.
const before = memory.buffer.byteLength;
for (let turn = 0; turn < 300; turn += 1) lines.forEach(ask);
if (memory.buffer.byteLength > before + 2 ** 20) throw new Error(`${before} bytes became ${memory.buffer.byteLength}`);
