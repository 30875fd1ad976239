/** Samples: a small program with a point at which its derivative exists. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { showTensor } from '../arbitrary/tensor.js'
import type { Region } from '../../src/graph/Region.js'

/** A program of one primitive, with values for its parameters. */
export interface Sample extends Region {
  readonly point: ReadonlyArray<Tensor>
  readonly seed: number
}

/** Lines of text are for people: which primitive, at which values. */
export const showSample = ({ results, point, seed }: Sample): string =>
  `${results.map((y) => `${y._tag} ${y.dtype}[${y.shape.join(', ')}]`).join(', ')} at ${point.map(showTensor).join(' ; ')} (seed ${seed})`

export const seeds = fc.integer({ min: 0, max: 2 ** 20 })

const names = ['a', 'b', 'c', 'd']

/** A program on as many parameters as tensors are given. */
export const sampleOf = (
  program: (...xs: ReadonlyArray<Value>) => ReadonlyArray<Value>,
  ...points: ReadonlyArray<fc.Arbitrary<Tensor>>
): fc.Arbitrary<Sample> =>
  fc.tuple(fc.tuple(...points), seeds).map(([point, seed]) => {
    const parameters = point.map((t, i) => make.input(names[i] ?? `x${i}`, t.shape, t.dtype))
    return { results: program(...parameters), parameters, point, seed }
  })

const one =
  (f: (a: Value) => Value) =>
  ([a]: ReadonlyArray<Value>): ReadonlyArray<Value> =>
    a === undefined ? [] : [f(a)]

export const two =
  (f: (a: Value, b: Value) => Value) =>
  ([a, b]: ReadonlyArray<Value>): ReadonlyArray<Value> =>
    a === undefined || b === undefined ? [] : [f(a, b)]

export const on1 = (f: (a: Value) => Value, a: fc.Arbitrary<Tensor>): fc.Arbitrary<Sample> =>
  sampleOf((...xs) => one(f)(xs), a)

export const on2 = (
  f: (a: Value, b: Value) => Value,
  a: fc.Arbitrary<Tensor>,
  b: fc.Arbitrary<Tensor>
): fc.Arbitrary<Sample> => sampleOf((...xs) => two(f)(xs), a, b)

/** The names in a total table. */
export const keys = <T extends object>(table: T): ReadonlyArray<keyof T> =>
  Object.keys(table) as Array<keyof T>
