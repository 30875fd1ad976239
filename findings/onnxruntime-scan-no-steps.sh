#!/usr/bin/env bash
# onnxruntime-web 1.30.0: a Scan over a sequence of length 0 is an error, where a Loop of 0 trips is none.
# Expected: the operator's pseudo-code (onnx/docs/Operators.md, Scan) sets the state to its initial value and then runs
# its body for t = 0 to sequence_length - 1. Of no steps the final state is the initial one, and scan outputs have 0
# rows: what a Loop of 0 trips gives in the same runtime, and a scan in JAX, too.
# Seen: run() fails in the slicer of tensors (dim0_offset < dim0_size), whether the length is symbolic or 0 in the
# model. The model loads, checks and infers its shapes; with one step more it is right.
# Why care: the length is data. The empty batch, document or window that a model meets in service ends in an error of
# an inner file that names neither the node nor the input.
# Do instead: export a scan whose length is not known to be positive as Loop with Gather (as for while loops), or ask
# for the length first and answer with the initial state.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --no-save --no-audit --no-fund --silent --ignore-scripts onnxruntime-web@1.30.0 onnx-proto@8.0.1 >/dev/null
cat > t.mjs <<'E'
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import proto from 'onnx-proto'
import * as ort from 'onnxruntime-web'
const version = JSON.parse(readFileSync('node_modules/onnxruntime-web/package.json')).version
console.log('onnxruntime-web', version)
ort.env.wasm.numThreads = 1
ort.env.logLevel = 'fatal'
const [FLOAT, INT64, BOOL] = [1, 7, 9]
const dimOf = (d) => (typeof d === 'string' ? { dimParam: d } : { dimValue: d })
const value = (name, elemType, ...dims) => ({
  name,
  type: { tensorType: { elemType, shape: { dim: dims.map(dimOf) } } }
})
const node = (opType, input, output, attribute = []) => ({ opType, input, output, attribute })
const body = (g) => ({ name: 'body', type: 5, g: { name: 'body', ...g } })
const model = (graph) =>
  proto.onnx.ModelProto.encode(
    proto.onnx.ModelProto.create({
      irVersion: 8,
      opsetImport: [{ domain: '', version: 17 }],
      graph: { name: 'g', ...graph }
    })
  ).finish()
// A running sum of rows [2], whose state begins at [7, 8].
const sum = { output: [value('next', FLOAT, 2), value('row', FLOAT, 2)] }
const add = [node('Add', ['state', 'x'], ['next']), node('Identity', ['next'], ['row'])]
const scan = (length) =>
  model({
    input: [value('start', FLOAT, 2), value('xs', FLOAT, length, 2)],
    output: [value('last', FLOAT, 2), value('rows', FLOAT, length, 2)],
    node: [
      node('Scan', ['start', 'xs'], ['last', 'rows'], [
        body({ ...sum, input: [value('state', FLOAT, 2), value('x', FLOAT, 2)], node: add }),
        { name: 'num_scan_inputs', type: 2, i: 1 }
      ])
    ]
  })
const loop = model({
  input: [value('trips', INT64), value('go', BOOL), value('start', FLOAT, 2), value('xs', FLOAT, 'n', 2)],
  output: [value('last', FLOAT, 2), value('rows', FLOAT, 'n', 2)],
  node: [
    node('Loop', ['trips', 'go', 'start'], ['last', 'rows'], [
      body({
        input: [value('t', INT64), value('on', BOOL), value('state', FLOAT, 2)],
        output: [value('still', BOOL), ...sum.output],
        node: [node('Identity', ['on'], ['still']), node('Gather', ['xs', 't'], ['x']), ...add]
      })
    ])
  ]
})
const floats = (data, ...dims) => new ort.Tensor('float32', Float32Array.from(data), dims)
const xs = { 0: floats([], 0, 2), 1: floats([1, 2], 1, 2), 3: floats([1, 2, 3, 4, 5, 6], 3, 2) }
const run = async (bytes, feeds) => {
  const session = await ort.InferenceSession.create(bytes)
  try {
    const { last, rows } = await session.run({ start: floats([7, 8], 2), ...feeds })
    return `[${last.data}], rows [${rows.dims}]`
  } catch (e) {
    return /dim0_offset < dim0_size/.test(e.message) ? 'an error of the slicer' : String(e.message)
  }
}
const trips = (n) => ({
  trips: new ort.Tensor('int64', BigInt64Array.of(BigInt(n)), []),
  go: new ort.Tensor('bool', Uint8Array.of(1), [])
})
const seen = {
  'Scan, 3 steps': await run(scan('n'), { xs: xs[3] }),
  'Scan, 1 step': await run(scan('n'), { xs: xs[1] }),
  'Scan, 0 steps': await run(scan('n'), { xs: xs[0] }),
  'Scan, 0 steps in the model': await run(scan(0), { xs: xs[0] }),
  'Loop, 3 trips': await run(loop, { ...trips(3), xs: xs[3] }),
  'Loop, 0 trips': await run(loop, { ...trips(0), xs: xs[0] })
}
for (const [what, is] of Object.entries(seen)) console.log(`${what}: ${is}`)
assert.deepStrictEqual(seen, {
  'Scan, 3 steps': '[16,20], rows [3,2]',
  'Scan, 1 step': '[8,10], rows [1,2]',
  'Scan, 0 steps': 'an error of the slicer',
  'Scan, 0 steps in the model': 'an error of the slicer',
  'Loop, 3 trips': '[16,20], rows [3,2]',
  'Loop, 0 trips': '[7,8], rows [0,2]'
})
E
node t.mjs 2>/dev/null
