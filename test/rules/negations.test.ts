/** Negations that simplification leaves out. */
import { describe, expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import type { Value } from '../../src/graph/Expr.js'
import { print } from '../../src/graph/print.js'
import { simplify } from '../../src/rules/simplify.js'
import { allocate, isFloat } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'
import { run, sameOutcome } from '../support/evaluate.js'

const u = make.unary
const bin = make.binary

/** What is special in each dtype. */
const special: Readonly<Record<'f32' | 'f64' | 'i32' | 'u32', ReadonlyArray<number>>> = {
  f32: [0, -0, 1, -2, NaN, Infinity, -Infinity, 1e-45, 3e38],
  f64: [0, -0, 1, -2, NaN, Infinity, -Infinity, 5e-324, 1e308],
  i32: [0, 1, -2, 2147483647, -2147483648],
  u32: [0, 1, 2147483648, 4294967295]
}

describe('negations, in every dtype and for every pair of special values', () => {
  const negate = (n: Value): Value => u('neg', n)
  const twoSided = ['add', 'sub', 'mul', 'max'] as const
  const patterns = (p: Value, q: Value): ReadonlyArray<Value> => {
    const ops = isFloat(p.dtype) ? [...twoSided, 'div' as const, 'mulNoNan' as const] : twoSided
    const binaries = ops.flatMap((op) => [
      bin(op, negate(p), q),
      bin(op, p, negate(q)),
      bin(op, negate(p), negate(q))
    ])
    const unaries = (['square', 'abs', 'neg', 'sign'] as const).map((op) => u(op, negate(p)))
    return [...binaries, ...unaries, ...binaries.map(negate)]
  }

  it.each(['f32', 'f64', 'i32', 'u32'] as const)('%s', (d) => {
    const n = special[d].length
    const [p, q] = [make.input('p', [n * n], d), make.input('q', [n * n], d)]
    const pairs = special[d].flatMap((a) => special[d].map((c) => [a, c] as const))
    const column = (side: 0 | 1): Tensor => {
      const data = allocate(d, n * n)
      data.set(pairs.map((pair) => pair[side]))
      return own([n * n], d, data)
    }
    for (const pattern of patterns(p, q)) {
      const outcomes = [simplify([pattern]), [pattern]].map((ns) => run(ns, [p, q], [column(0), column(1)]))
      expect([print(pattern), sameOutcome(outcomes[0]!, outcomes[1]!)]).toEqual([print(pattern), true])
    }
  })
})
