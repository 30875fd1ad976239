#!/usr/bin/env bash
# wabt (wabt.js) 1.0.39: readWasm refuses a valid module that is a view of a larger buffer.
# Expected: the README lists readWasm(buffer: Uint8Array), so the view's own bytes are the module, as they are for
# WebAssembly.validate, which takes the same views.
# Seen: the length used is that of the view's whole underlying ArrayBuffer. A module in a subarray of a code
# generator's output, or in a small Node Buffer (these share one pool), is refused for errors at offsets behind its
# end. The same bytes, copied, are read.
# Why care: emitters write into a large buffer and hand out a subarray, and files come as Buffers; a checker built on
# wabt then blames good code.
# Do instead: pass an exact copy, bytes.slice() for a Uint8Array, new Uint8Array(buffer) for a Buffer.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-save --no-audit --no-fund --silent wabt@1.0.39 >/dev/null
cat > t.mjs <<'E'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import init from 'wabt';
console.log('wabt', JSON.parse(readFileSync('node_modules/wabt/package.json')).version);
const wabt = await init();
const parsed = wabt.parseWat('t.wat', '(func (export "f") (result v128) v128.const i32x4 1 2 3 4)');
const wasm = parsed.toBinary({}).buffer.slice();
parsed.destroy();
const read = (bytes) => {
  try {
    wabt.readWasm(bytes, {}).destroy();
    return 'ok';
  } catch (e) {
    return `refused: ${e.message.split('\n')[1]}`;
  }
};
const output = new Uint8Array(4096);
output.set(wasm, 100);
const views = { copy: wasm, subarray: output.subarray(100, 100 + wasm.length), 'Node Buffer': Buffer.from(wasm) };
for (const [name, view] of Object.entries(views)) {
  const seen = read(view);
  console.log(`${name} of ${view.length} valid bytes: expected ok, seen ${seen}`);
  assert.ok(WebAssembly.validate(view));
  assert.strictEqual(seen === 'ok', name === 'copy');
}
E
node t.mjs
