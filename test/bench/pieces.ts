/**
 * Microseconds for derivatives of slices whose padded values are computed in pieces of their domains, beside the same programs with every padded
 * value in memory, and with pieces however short their runs are. Run with `npm run bench:pieces`.
 */
import { add, compile, grad, mul, slice, spec, square, sub, sum, type Engine, type Expr } from 'adjoint'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { usual, type Limits } from '../../src/wasm/lower/group.js'
import { lower } from '../../src/wasm/lower/lower.js'
import { compileModule, program } from '../../src/wasm/index.js'
import { measured, stepOf } from './turns.js'

type Matrix = Expr<[number, number], 'f32'>

const differences = (x: Matrix, [n, m]: readonly [number, number]) =>
  [
    sub(slice([[0, n - 1]])(x))(slice([[1, n]])(x)),
    sub(
      slice([
        [0, n],
        [0, m - 1]
      ])(x)
    )(
      slice([
        [0, n],
        [1, m]
      ])(x)
    )
  ] as const

/** How rough a surface is: squares of differences of neighbours, weighted in one direction. */
const roughness =
  (shape: readonly [number, number]) =>
  (x: Matrix): Expr<[], 'f32'> => {
    const [down, across] = differences(x, shape)
    return pipe(square(down), sum(), add(pipe(square(across), mul(across), sum())))
  }

const variants: Readonly<Record<string, Limits>> = {
  usual,
  'in memory': { ...usual, pieces: 0 },
  'any run': { ...usual, run: 1 }
}

const all = (shape: readonly [number, number]) => {
  const found: Array<readonly [string, () => void]> = []
  const engine: Engine = {
    name: 'wasm',
    compile: (region) => {
      for (const [name, limits] of Object.entries(variants))
        pipe(
          compileModule(region, { lower: (listed, embed) => lower(listed, embed, limits) }),
          E.map((prepared) => found.push([name, stepOf(prepared)]))
        )
      return program(region)
    }
  }
  compile((x: Matrix) => grad(roughness(shape))(x), engine)(spec([...shape]))
  return found
}

const shapes: ReadonlyArray<readonly [number, number]> = [
  [10000, 2],
  [5000, 3],
  [3000, 5],
  [1000, 8],
  [500, 17],
  [8, 1000],
  [64, 64],
  [300, 30],
  [256, 256],
  [1024, 1024]
]

const table = shapes.map((shape) => [shape.join(' x '), Object.fromEntries(measured(all(shape)))])
console.table(Object.fromEntries(table))
