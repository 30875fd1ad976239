/**
 * Samples of the scalar functions. The tables are total, so that a new function without a domain does not compile.
 */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import type { BinaryOp, Value, UnaryOp } from '../../src/graph/Expr.js'
import { size, type Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { domains } from '../arbitrary/number.js'
import { shape } from './sizes.js'
import { fromValues, tensor } from '../arbitrary/tensor.js'
import { on1, on2, seeds, two, type Sample } from './sample.js'
import { binaryTraits, unaryTraits } from './traits.js'

type Pair = fc.Arbitrary<readonly [number, number]>

/** `a = b + gap`, with a gap that is not small. */
const distinctPair: Pair = fc
  .tuple(domains.ordinary, domains.nonzero)
  .map(([b, gap]) => [b + gap, b] as const)

/** `a = q b` with `q` away from the integers. */
const notMultiple: Pair = fc
  .tuple(domains.betweenIntegers, domains.nonzero)
  .map(([q, b]) => [q * b, b] as const)

const pairOf = (op: BinaryOp): Pair => {
  const domain = binaryTraits[op].domain
  if (domain === 'apart') return distinctPair
  return domain === 'notMultiple' ? notMultiple : fc.tuple(domains[domain[0]], domains[domain[1]])
}

/** Elementwise functions do not care for rank. */
export const small = { maxRank: 2 } as const

/** Whatever the signature prefers: double precision, or booleans where no float is taken. */
const preferred = (takes: (d: DType) => boolean): DType => (takes('f64') ? 'f64' : 'bool')

export const unarySample = (op: UnaryOp): fc.Arbitrary<Sample> => {
  const dtype = preferred(unaryForm[op].takes)
  return shape(small).chain((s) =>
    on1((x) => make.unary(op, x), tensor({ shape: s, dtype, domain: unaryTraits[op].domain }))
  )
}

const pairs = (op: BinaryOp, s: Dims): fc.Arbitrary<readonly [Tensor, Tensor]> =>
  fc.array(pairOf(op), { minLength: size(s), maxLength: size(s) }).map(
    (ps) =>
      [
        fromValues(
          s,
          'f64',
          ps.map(([a]) => a)
        ),
        fromValues(
          s,
          'f64',
          ps.map(([, b]) => b)
        )
      ] as const
  )

export const binarySample = (op: BinaryOp): fc.Arbitrary<Sample> => {
  const apply = (a: Value, b: Value): Value => make.binary(op, a, b)
  if (!binaryForm[op].takes('f64'))
    return shape(small).chain((s) =>
      on2(apply, tensor({ shape: s, dtype: 'bool' }), tensor({ shape: s, dtype: 'bool' }))
    )
  return fc
    .tuple(
      shape(small).chain((s) => pairs(op, s)),
      seeds
    )
    .map(([[a, b], seed]) => {
      const parameters = [make.input('a', a.shape, 'f64'), make.input('b', b.shape, 'f64')]
      return { results: two(apply)(parameters), parameters, point: [a, b], seed }
    })
}
