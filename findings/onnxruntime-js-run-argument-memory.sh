#!/usr/bin/env bash
# onnxruntime-node and onnxruntime-web 1.30.0: when run() reads its feeds and whether it fills a given output
# differ between two packages with one API, and each direction has one that a caller will not expect.
# Expected: (1) inference-session.d.ts, remarks on FetchesType: a tensor given as a fetch is "used as a pre-allocated
# value by the inference engine", so the result is in it. (2) A feed passed to run() is an argument: what it
# holds at the call is what the model sees, as in onnxruntime-web.
# Seen: (1) onnxruntime-web on CPU returns the given tensor untouched, with no error; a ping-pong state loop that gives
# 8 in Node never leaves its start. (2) onnxruntime-node reads the feed only on a later turn of the event loop, so a
# scratch tensor refilled for each of several runs before awaiting makes every run see the last contents.
# Why care: recurrent state kept in two swapped tensors, and one scratch tensor reused for a stream of inputs, are the
# usual ways to avoid allocation; both give wrong numbers silently in one package, after passing tests in the other.
# Do instead: on web take the returned tensors and give no CPU fetches; in Node await each run, or one tensor per run.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-save --no-audit --no-fund --silent --ignore-scripts \
  onnxruntime-node@1.30.0 onnxruntime-web@1.30.0 >/dev/null
cat > t.mjs <<'E'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const text = (f, s) => len(f, [...Buffer.from(s)]);
const int = (f, n) => [f << 3, n];
const len = (f, bytes) => [(f << 3) | 2, bytes.length, ...bytes]; // every length here is below 128
const value = (name) => [...text(1, name), ...len(2, len(1, [...int(1, 1), ...len(2, len(1, int(1, 1)))]))];
const node = [...text(1, 'h'), ...text(1, 'h'), ...text(2, 'out'), ...text(4, 'Add')]; // out = h + h, float32[1]
const graph = [...len(1, node), ...text(2, 'g'), ...len(11, value('h')), ...len(12, value('out'))];
const model = Uint8Array.from([...int(1, 8), ...len(7, graph), ...len(8, [...text(1, ''), ...int(2, 17)])]);
const want = { node: { state: 8, feeds: '8 8 8 8' }, web: { state: 0, feeds: '2 4 6 8' } };
for (const kind of ['node', 'web']) {
  const name = `onnxruntime-${kind}`;
  const ort = kind === 'node' ? createRequire(import.meta.url)(name) : await import(name);
  if (kind === 'web') ort.env.wasm.numThreads = 1;
  console.log(name, JSON.parse(readFileSync(`node_modules/${name}/package.json`)).version);
  const session = await ort.InferenceSession.create(model);
  const scalar = (v) => new ort.Tensor('float32', Float32Array.of(v), [1]);
  let [now, next] = [scalar(1), scalar(0)];
  for (let step = 0; step < 3; step++) {
    await session.run({ h: now }, { out: next });
    [now, next] = [next, now];
  }
  console.log(`  state doubled three times into preallocated outputs: expected 8, seen ${now.data[0]}`);
  assert.strictEqual(now.data[0], want[kind].state);
  const scratch = scalar(0);
  const runs = [1, 2, 3, 4].map((v) => (scratch.data.fill(v), session.run({ h: scratch })));
  const seen = (await Promise.all(runs)).map((r) => r.out.data[0]).join(' ');
  console.log(`  one scratch feed refilled with 1 2 3 4 before awaiting: expected 2 4 6 8, seen ${seen}`);
  assert.strictEqual(seen, want[kind].feeds);
}
E
node t.mjs
