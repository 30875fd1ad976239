/**
 * Microseconds for a run of kernels that go through rows together, beside the same program with a kernel for each pass; small ones too, which
 * the engine leaves apart. Run with `npm run bench:rows`.
 */
import {
  add,
  compile,
  div,
  grad,
  mean,
  mul,
  softmax,
  spec,
  sqrt,
  square,
  sub,
  sum,
  type Engine,
  type Expr
} from 'adjoint'
import { crossEntropyFromLogits } from 'adjoint/nn'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { program, compileModule } from '../../src/wasm/index.js'
import type { Lowered } from '../../src/wasm/kernel/kernel.js'
import { usual } from '../../src/wasm/fuse/block.js'
import { rowsWithin } from '../../src/wasm/fuse/rows.js'
import { measured, stepOf } from './turns.js'

type Matrix = Expr<[number, number], 'f32'>

const normalized = (x: Matrix): Matrix => {
  const centred = pipe(x, sub(mean(-1, { keepDims: true })(x)))
  const deviation = pipe(square(centred), mean(-1, { keepDims: true }), add(1e-5), sqrt)
  return pipe(centred, div(deviation))
}

const gradient =
  (f: (x: Matrix) => Matrix) =>
  (x: Matrix, y: Matrix): Matrix =>
    grad((z: Matrix) => pipe(f(z), mul(y), sum()))(x)

const programs = {
  softmax: (x: Matrix, _: Matrix) => softmax()(x),
  'softmax gradient': gradient(softmax()),
  'cross entropy gradient': (x: Matrix, y: Matrix) =>
    grad((z: Matrix) => pipe(z, crossEntropyFromLogits(y), mean()))(x),
  normalization: (x: Matrix, _: Matrix) => normalized(x),
  'normalization gradient': gradient(normalized)
} as const

const variants: Readonly<Record<'together' | 'apart', (lowered: Lowered) => Lowered>> = {
  together: rowsWithin({ ...usual, whole: 0 }),
  apart: (lowered) => lowered
}

/** Both variants of what is compiled. */
const both = (f: (x: Matrix, y: Matrix) => Matrix, shape: [number, number]) => {
  const found: Array<readonly [string, () => void]> = []
  const engine: Engine = {
    name: 'wasm',
    compile: (region) => {
      for (const [name, fuse] of Object.entries(variants))
        pipe(
          compileModule(region, { fuse }),
          E.map((prepared) => found.push([name, stepOf(prepared)]))
        )
      return program(region)
    }
  }
  compile(f, engine)(spec(shape), spec(shape))
  return found
}

const shapes: ReadonlyArray<[number, number]> = [
  [512, 128],
  [2048, 64],
  [4096, 512],
  [1024, 4096]
]

const table = Object.entries(programs).flatMap(([name, f]) =>
  shapes.map((shape) => [`${name} ${shape.join(' x ')}`, Object.fromEntries(measured(both(f, shape)))])
)
console.table(Object.fromEntries(table))
