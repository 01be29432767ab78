// Calls the crate as WebAssembly: for each line of JSON, `[function, text, arguments …]`, its answer as one.
import { readFileSync } from "node:fs";

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]));
const { memory, input, output, ...calls } = instance.exports;

function call(name, text, ...rest) {
  const bytes = new TextEncoder().encode(text);
  // The memory may have grown by the time that it is written to or read, so a view is made each time.
  const at = input(bytes.length);
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  const length = calls[name](...rest);
  return new TextDecoder().decode(new Uint8Array(memory.buffer, output(), length));
}

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  console.log(JSON.stringify(call(...JSON.parse(line))));
}
