/** Programs that are run again and again, on the same arguments and on their own results: each call gives what the reference engine gives. */
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  compile,
  concat,
  grad,
  matmul,
  maxPool,
  ones,
  pad,
  reference,
  rem,
  slice,
  spec,
  square,
  stack,
  sum,
  tensor,
  toNested,
  wasm,
  type Engine,
  type Expr,
  type Tensor
} from '../../src/index.js'
import * as make from '../../src/graph/make.js'
import { messageOf, unsafeRight } from '../support/outcome.js'

type M = Expr<[2, 2], 'f32'>
type Pair = readonly [M, M]

const weights = tensor([
  [1, 2, 3],
  [4, 5, 6]
])
const x: Tensor<[2, 2], 'f32'> = tensor([
  [1, 2],
  [3, 4]
])
const y: Tensor<[2, 2], 'f32'> = tensor([
  [5, 6],
  [7, 8]
])

const rest = ones([6, 2])

/** Functions of two tables to as many, whose results are parts of larger tables. */
const programs: Readonly<Record<string, (a: M, b: M) => Pair>> = {
  'gradient of a joined table': (a, b) => [
    grad((z: M) => pipe(concat(0)([z, rest]), matmul(weights), square, sum()))(a),
    b
  ],
  'gradients of two joined tables': (a, b) => {
    const loss = ([z, w]: Pair) => pipe(concat(0)([z, w, z]), matmul(weights), square, sum())
    return grad(loss)([a, b])
  },
  'gradient of stacked tables': (a, b) => [
    grad((z: M) => pipe(stack(0)([z, b, b]), matmul(weights), square, sum()))(a),
    a
  ],
  'gradient of a padded table': (_, b) => [
    b,
    grad((z: M) => pipe(pad([{ high: 5 }])(z) as Expr<[7, 2], 'f32'>, matmul(weights), square, sum()))(b)
  ],
  'gradient of windows over joined tables': (a, b) => [
    grad((z: M) => pipe(concat(0)([z, b, a]), maxPool([2]), square, sum()))(a),
    add(a)(b)
  ],
  'the first rows of products, in each other’s places': (a, b) => {
    const whole = pipe(
      concat(0)([a, b, rest]),
      matmul(
        tensor([
          [1, 1],
          [0, 1]
        ])
      )
    )
    return [slice([[2, 4]])(whole), slice([[0, 2]])(whole)]
  },
  'one part for both': (a, b) => {
    const part = pipe(
      concat(0)([a, b]),
      matmul(
        tensor([
          [0, 1],
          [1, 0]
        ])
      ),
      slice([[0, 2]])
    )
    return [part, part]
  }
}

/** On the remainders of whatever comes: small integers, so that there is nothing to round. */
const bounded =
  (f: (a: M, b: M) => Pair) =>
  (a: M, b: M): Pair =>
    f(rem(5)(a), rem(5)(b))

const shown = (ts: ReadonlyArray<Tensor>): string => JSON.stringify(ts.map(toNested))

/** What is seen over eight calls on the same arguments, and over eight on the results of the one before. */
const seen = (engine: Engine, f: (a: M, b: M) => Pair): ReadonlyArray<string> => {
  const run = unsafeRight(compile(bounded(f), engine)(spec([2, 2]), spec([2, 2])))
  const again = Array.from({ length: 8 }, () => shown(unsafeRight(run(x, y))))
  const out: Array<string> = []
  for (let i = 0, now = [x, y] as const; i < 8; i++) {
    now = unsafeRight(run(...now))
    out.push(shown(now))
  }
  return [...again, ...out]
}

describe('results that are parts of larger buffers', () => {
  it.each(Object.entries(programs))('%s', (_, f) => {
    expect(seen(wasm, f)).toEqual(seen(reference, f))
  })

  it('are right at every call', () => {
    const f = (a: M) => pipe(concat(0)([a, rest]), matmul(weights), square, sum())
    const run = unsafeRight(compile(grad(f))(spec([2, 2])))
    for (let i = 0; i < 8; i++)
      expect(toNested(unsafeRight(run(x)))).toEqual([
        [156, 372],
        [340, 808]
      ])
  })
})

describe('one input for two arguments', () => {
  const twice = make.input('w', [2], 'f32')
  it.each([wasm, reference])('is an error of the $name engine', ({ compile: program }) => {
    expect(messageOf(program({ results: [make.unary('neg', twice)], parameters: [twice, twice] }))).toMatch(
      /^compile: input w is bound to two arguments; give each argument an input of its own/
    )
  })
})
