/** Elementwise families: operands of one shape; the public layer broadcasts before. */
import { equalDims, range, shapeProblem, showDims, type Dims } from '../tensor/dims.js'
import { isInteger, type DType } from '../tensor/DType.js'
import type { Pointwise, Value } from './Expr.js'
import { exactly, never, none, type Forms } from './form.js'
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

/** The same value under a name. */
export const named = (name: string, x: Value): Value =>
  guard(
    'named',
    [x],
    () => undefined,
    () => ({ _tag: 'Unary', op: 'copy', x, name, shape: x.shape, dtype: x.dtype })
  )

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

export const iota = (axis: number, shape: Dims, dtype: DType): Value =>
  guard(
    'iota',
    [],
    () =>
      firstOf(
        [shapeProblem(shape) !== undefined, () => shapeProblem(shape) ?? ''],
        [dtype === 'bool', () => 'yields numbers, not bool'],
        [
          !range(0, shape.length).includes(axis),
          () => `axis ${String(axis)} is not an axis of ${showDims(shape)}`
        ]
      ),
    () => ({ _tag: 'Iota', axis, shape, dtype })
  )

export const pointwise: Forms<Pointwise> = {
  Iota: {
    operands: none,
    attributes: (n) => [['axis', n.axis]],
    make: (n) => iota(n.axis, n.shape, n.dtype),
    fails: never,
    rounds: exactly
  },
  Unary: {
    name: (n) => n.op,
    operands: (n) => [n.x],
    attributes: (n) => (n.name === undefined ? [] : [['name', n.name]]),
    make: (n, [x]) => (n.name === undefined ? unary(n.op, x!) : named(n.name, x!)),
    fails: never,
    rounds: (n) => (unaryForm[n.op].isExact ? 'never' : 'once')
  },
  Binary: {
    name: (n) => n.op,
    operands: (n) => [n.a, n.b],
    attributes: none,
    make: (n, [a, b]) => binary(n.op, a!, b!),
    fails: (n) => binaryForm[n.op].divides && isInteger(n.dtype),
    rounds: (n) => (binaryForm[n.op].isExact ? 'never' : 'once')
  },
  Select: {
    name: () => 'where',
    operands: (n) => [n.condition, n.a, n.b],
    attributes: none,
    make: (_, [condition, a, b]) => select(condition!, a!, b!),
    fails: never,
    rounds: exactly
  },
  Convert: {
    operands: (n) => [n.x],
    attributes: none,
    make: (n, [x]) => convert(n.dtype, x!),
    fails: never,
    rounds: exactly
  }
}
