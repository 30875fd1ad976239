#!/usr/bin/env bash
# @tensorflow/tfjs 4.22.0: a recurrent layer that has been built cannot be applied.
# Expected: `layer.build(inputShape)` creates the weights, and `layer.apply(x)` uses them, as Keras does and as the
# same two calls do for dense and convolutional layers here: apply() builds a layer only if it has not been built.
# Seen: simpleRNN, gru and lstm throw "Duplicate weight name kernel for layer ...". Their build() does not mark the
# layer as built, so apply() runs it again, and the cell's weights get their names a second time.
# Why care: weights are set, counted or shared before there is data, so layers are built by their shape; code that does
# so for every layer of a list works until the first recurrent one.
# Do instead: build a recurrent layer by applying it once, to zeros of [1, 1, features].
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-save --no-audit --no-fund --silent @tensorflow/tfjs@4.22.0 >/dev/null
cat > t.mjs <<'E'
import assert from 'node:assert';
import * as tf from '@tensorflow/tfjs';
console.log('@tensorflow/tfjs', tf.version.tfjs);
const input = { Dense: [1, 4] };
const outcome = (layer) => {
  const shape = input[layer.getClassName()] ?? [1, 3, 4];
  layer.build([null, ...shape.slice(1)]);
  try {
    return layer.apply(tf.ones(shape)).shape.join('x');
  } catch (e) {
    return e.message.replace(/ for layer.*/, '');
  }
};
const { dense, conv1d, simpleRNN, gru, lstm } = tf.layers;
const seen = [dense({ units: 2 }), conv1d({ filters: 2, kernelSize: 1 }), ...[simpleRNN, gru, lstm].map((f) => f({ units: 2 }))]
  .map((layer) => [layer.getClassName(), outcome(layer)]);
for (const [name, what] of seen) console.log(`${name}: built, then applied: expected a result, seen ${what}`);
assert.deepStrictEqual(Object.fromEntries(seen), {
  Dense: '1x2',
  Conv1D: '1x3x2',
  SimpleRNN: 'Duplicate weight name kernel',
  GRU: 'Duplicate weight name kernel',
  LSTM: 'Duplicate weight name kernel',
});
// The way around it.
const cell = gru({ units: 2 });
cell.apply(tf.zeros([1, 1, 4]));
assert.deepStrictEqual(cell.apply(tf.ones([1, 3, 4])).shape, [1, 2]);
E
node t.mjs 2>/dev/null
