/** Elementwise families: operands of one shape; the public layer broadcasts before. */
import { equalDims, showDims } from '../tensor/dims.js'
import type { DType } from '../tensor/DType.js'
import type { Value } from './Expr.js'
import { binaryForm, unaryForm, type BinaryOp, type UnaryOp } from './op.js'
import { firstOf, guard } from './guard.js'

export const unary = (op: UnaryOp, x: Value): Value => {
  const s = unaryForm[op]
  return guard(
    op,
    [x],
    () => (s.takes(x.dtype) ? undefined : `takes ${s.wants}, not ${x.dtype}; convert the operand first`),
    () => ({ _tag: 'Unary', op, x, shape: x.shape, dtype: s.yields(x.dtype) })
  )
}

export const binary = (op: BinaryOp, a: Value, b: Value): Value => {
  const s = binaryForm[op]
  return guard(
    op,
    [a, b],
    () =>
      firstOf(
        [
          a.dtype !== b.dtype,
          () => `dtypes ${a.dtype} and ${b.dtype} differ; convert one of them with convert(...)`
        ],
        [!s.takes(a.dtype), () => `takes ${s.wants}, not ${a.dtype}; convert the operands first`],
        [!equalDims(a.shape, b.shape), () => `shapes ${showDims(a.shape)} and ${showDims(b.shape)} differ`]
      ),
    () => ({ _tag: 'Binary', op, a, b, shape: a.shape, dtype: s.yields(a.dtype) })
  )
}

export const select = (condition: Value, a: Value, b: Value): Value =>
  guard(
    'where',
    [condition, a, b],
    () =>
      firstOf(
        [
          condition.dtype !== 'bool',
          () => `the condition is ${condition.dtype}, expected bool; compare first, as in gt(0)(x)`
        ],
        [a.dtype !== b.dtype, () => `branches have dtypes ${a.dtype} and ${b.dtype}; convert one of them`],
        [
          !equalDims(a.shape, b.shape) || !equalDims(a.shape, condition.shape),
          () => `shapes ${[condition, a, b].map((x) => showDims(x.shape)).join(', ')} differ`
        ]
      ),
    () => ({ _tag: 'Select', condition, a, b, shape: a.shape, dtype: a.dtype })
  )

export const convert = (dtype: DType, x: Value): Value =>
  guard(
    'convert',
    [x],
    () => undefined,
    () => ({ _tag: 'Convert', x, shape: x.shape, dtype })
  )
