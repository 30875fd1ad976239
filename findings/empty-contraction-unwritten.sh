#!/usr/bin/env bash
# @jax-js/jax 0.1.25 and @tensorflow/tfjs-backend-wasm 4.22.0: a sum over a zero-size axis is not zero.
# Expected: a sum of no terms is 0, so matmul of [64,0] with [0,64] is 64x64 zeros. jax-js says its numpy module
# follows NumPy (README), where that holds; and each package's own plain-JavaScript backend ("cpu") gives the zeros.
# Seen on both WebAssembly backends, with no error: the result buffer is never written, so the "result" is whatever
# the engine's heap held there, here the values of an array that the program freed just before (7.25). It reaches
# gradients: the gradient of a weight matrix over an empty batch, which should be zeros, is the freed array.
# Why care: empty batches, masks that select nothing and ragged tails are ordinary; the wrong numbers depend on what
# ran before, look plausible, can vanish in a fresh process (new memory is zero) and go on into an optimiser.
# Do instead: skip the call when the contracted axis has size 0, or test results against the cpu backend after
# having dirtied and freed memory of the result's size; a test in a fresh engine cannot see this.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-save --no-audit --no-fund --silent @jax-js/jax@0.1.25 \
  @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0 >/dev/null
cat > t.mjs <<'E'
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { numpy as np, grad, init, defaultDevice } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
for (const p of ['@jax-js/jax', '@tensorflow/tfjs-backend-wasm'])
  console.log(p, JSON.parse(readFileSync(`node_modules/${p}/package.json`)).version);
const N = 64 * 64;
const distinct = (data) => [...new Set(data)].sort().join(' ');
await init('cpu', 'wasm');
const jax = {
  'matmul [64,0] x [0,64]': () => np.matmul(np.zeros([64, 0]), np.zeros([0, 64])),
  'sum of [4096,0] over axis 1': () => np.zeros([N, 0]).sum(1),
  'grad of sum(x @ w) for w, x [0,64]': () => grad((w) => np.matmul(np.zeros([0, 64]), w).sum())(np.ones([64, 64])),
};
for (const device of ['cpu', 'wasm']) {
  defaultDevice(device);
  for (const [name, f] of Object.entries(jax)) {
    for (let i = 0; i < 5; i++) np.full([N], 7.25).add(0).dataSync(); // reading consumes, so this memory is free again
    const seen = distinct(f().dataSync());
    console.log(`jax-js ${device}: ${name}: expected 0, distinct values seen: ${seen}`);
    assert.strictEqual(seen, device === 'cpu' ? '0' : '7.25');
  }
}
for (const backend of ['cpu', 'wasm']) {
  await tf.setBackend(backend);
  await tf.ready();
  for (let i = 0; i < 5; i++) { const a = tf.add(tf.fill([N], 7.25), 0); a.dataSync(); a.dispose(); }
  const data = tf.sum(tf.zeros([N, 0]), 1).dataSync();
  const stale = data.filter((v) => v === 7.25).length;
  console.log(`tfjs ${backend}: sum of [4096,0] over axis 1: expected 0 entries of 7.25, seen ${stale} of ${N}`);
  if (backend === 'cpu') assert.ok(data.every((v) => v === 0));
  else assert.ok(stale > N / 2);
}
E
node t.mjs
