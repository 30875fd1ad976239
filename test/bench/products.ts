/**
 * Microseconds for a step of each workload with elementwise work on the results of products in kernels of its own, in the tiles of products up to
 * the usual size, and in all tiles. Run with `npm run bench:products`.
 */
import type { Engine } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { mostPoints, withEpilogues } from '../../src/wasm/fuse/epilogue.js'
import { rows } from '../../src/wasm/fuse/rows.js'
import { loaded, compileModule } from '../../src/wasm/index.js'
import { make } from './peers/data/index.js'
import { own } from './peers/own/index.js'
import { measured } from './turns.js'

const limits = { none: 0, usual: mostPoints, all: Infinity }

const upTo = (most: number): Engine => ({
  name: 'wasm',
  compile: (region) =>
    pipe(compileModule(region, { fuse: (lowered) => rows(withEpilogues(lowered, most)) }), E.chain(loaded))
})

const table = (['W1', 'W2', 'W3', 'W5'] as const).map((id) => {
  const steps = Object.entries(limits).flatMap(([name, most]) => {
    const running = own(upTo(most)).open(make(id))
    return running === undefined ? [] : [[name, running.run] as const]
  })
  return [id, Object.fromEntries(measured(steps))]
})
console.table(Object.fromEntries(table))
