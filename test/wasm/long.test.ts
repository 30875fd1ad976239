/** Programs as long as a training run unrolled: `npm run bench:million` takes a million operations. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { tensor, toFlat, type Tensor } from '../../src/index.js'
import { fromValues } from '../../laws/arbitrary/tensor.js'
import { program } from '../../src/wasm/index.js'
import { unsafeRight } from '../support/outcome.js'

const constant = (x: number): Value => make.broadcast([4], [], make.constant(fromValues([], 'f64', [x])))

const repeated = <A>(times: number, f: (a: A) => A, a: A): A =>
  Array.from({ length: times }).reduce<A>((b) => f(b), a)

const resultOf = (results: ReadonlyArray<Value>, x: Input, value: Tensor): ReadonlyArray<unknown> => {
  const run = unsafeRight(program({ results, parameters: [x] }))
  return pipe(
    run([value]),
    E.map(([y]) => (y === undefined ? [] : toFlat(y))),
    unsafeRight
  )
}

const x = make.input('x', [4], 'f64')
const start = [0.1, -2, 3, 1e9]

it('100,000 operations element by element', () => {
  const [half, one] = [constant(0.5), constant(1)]
  const step = (y: Value): Value => make.binary('add', make.binary('mul', y, half), one)
  const expected = start.map((v) => repeated(50_000, (y) => y * 0.5 + 1, v))
  expect(resultOf([repeated(50_000, step, x)], x, tensor(start, 'f64'))).toEqual(expected)
})

it('20,000 kernels that each read what the one before has written', () => {
  const step = (y: Value): Value =>
    make.binary('sub', make.broadcast([4], [], make.reduce('max', [0], y)), make.reverse([0], y))
  const plain = (y: ReadonlyArray<number>): ReadonlyArray<number> =>
    [...y].reverse().map((v) => Math.max(...y) - v)
  expect(resultOf([repeated(20_000, step, x)], x, tensor(start, 'f64'))).toEqual(
    repeated(20_000, plain, start)
  )
})

it('a value that 50,000 others use', () => {
  const others = Array.from({ length: 50_000 }, (_, i) => make.slice([i % 4], [(i % 4) + 1], [1], x))
  const squares = others.map((y, i) => make.binary('mul', y, make.constant(fromValues([1], 'f64', [i]))))
  const expected = squares.map((_, i) => (start[i % 4] ?? 0) * i)
  expect(resultOf([make.concat(0, squares)], x, tensor(start, 'f64'))).toEqual(expected)
})
