/** Families that combine many elements into one. */
import { dim, equalDims, pick, range, showDims, size, without, type Dims } from '../tensor/dims.js'
import type { ArgReduce, Contract, ContractDims, Reduce, ReduceOp, Value } from './Expr.js'
import { exactly, never, type Forms, type Rounding } from './form.js'
import { firstOf, guard, type Problem } from './guard.js'

const hasIdentity: Readonly<Record<ReduceOp, boolean>> = {
  sum: true,
  prod: true,
  max: false,
  min: false,
  and: true,
  or: true
}

const reduceRounding: Readonly<Record<ReduceOp, Rounding>> = {
  sum: 'terms',
  prod: 'terms',
  max: 'never',
  min: 'never',
  and: 'never',
  or: 'never'
}

const badAxes = (axes: Dims, rank: number): boolean =>
  !axes.every((a, i) => Number.isInteger(a) && a >= 0 && a < rank && axes.indexOf(a) === i)

const reduceProblem = (op: ReduceOp, axes: Dims, x: Value): Problem => {
  const logical = op === 'and' || op === 'or'
  return firstOf(
    [
      (x.dtype === 'bool') !== logical,
      () => `takes ${logical ? 'bool' : 'numbers'}, not ${x.dtype}; convert the operand first`
    ],
    [
      badAxes(axes, x.shape.length),
      () => `axes ${showDims(axes)} are not distinct axes of ${showDims(x.shape)}`
    ],
    [
      !hasIdentity[op] && size(pick(x.shape, axes)) === 0 && size(without(x.shape, axes)) > 0,
      () => `no ${op} over nothing: axes ${showDims(axes)} of ${showDims(x.shape)} hold no elements`
    ]
  )
}

export const reduce = (op: ReduceOp, axes: Dims, x: Value): Value =>
  guard(
    op,
    [x],
    () => reduceProblem(op, axes, x),
    () => ({ _tag: 'Reduce', op, x, axes, shape: without(x.shape, axes), dtype: x.dtype })
  )

export const argReduce = (op: 'max' | 'min', axis: number, x: Value): Value =>
  guard(
    op === 'max' ? 'argmax' : 'argmin',
    [x],
    () =>
      firstOf(
        [x.dtype === 'bool', () => 'takes numbers, not bool; convert the operand first'],
        [
          badAxes([axis], x.shape.length),
          () => `axis ${String(axis)} is not an axis of ${showDims(x.shape)}`
        ],
        [dim(x.shape, axis) === 0, () => `axis ${String(axis)} of ${showDims(x.shape)} holds no elements`]
      ),
    () => ({ _tag: 'ArgReduce', op, x, axis, shape: without(x.shape, [axis]), dtype: 'i32' })
  )

/** Axes of an operand that are neither batch nor contracted, in order. */
export const freeAxes = (rank: number, batch: Dims, contract: Dims): Dims =>
  range(0, rank).filter((i) => !batch.includes(i) && !contract.includes(i))

const contractProblem = (dims: ContractDims, a: Value, b: Value): Problem => {
  const [ba, bb] = dims.batch
  const [ca, cb] = dims.contract
  return firstOf(
    [
      a.dtype !== b.dtype,
      () => `dtypes ${a.dtype} and ${b.dtype} differ; convert one of them with convert(...)`
    ],
    [a.dtype === 'bool', () => 'takes numbers, not bool; convert the operands first'],
    [
      badAxes([...ba, ...ca], a.shape.length) || badAxes([...bb, ...cb], b.shape.length),
      () => 'batch and contracted axes must be distinct axes of the operands'
    ],
    [
      !equalDims(pick(a.shape, ba), pick(b.shape, bb)),
      () => `batch sizes ${showDims(pick(a.shape, ba))} and ${showDims(pick(b.shape, bb))} differ`
    ],
    [
      !equalDims(pick(a.shape, ca), pick(b.shape, cb)),
      () =>
        `contracted sizes ${showDims(pick(a.shape, ca))} and ${showDims(pick(b.shape, cb))} differ (${showDims(a.shape)} x ${showDims(b.shape)})`
    ]
  )
}

export const contract = (dims: ContractDims, a: Value, b: Value): Value =>
  guard(
    'contract',
    [a, b],
    () => contractProblem(dims, a, b),
    () => ({
      _tag: 'Contract',
      a,
      b,
      dims,
      dtype: a.dtype,
      shape: [
        ...pick(a.shape, dims.batch[0]),
        ...pick(a.shape, freeAxes(a.shape.length, dims.batch[0], dims.contract[0])),
        ...pick(b.shape, freeAxes(b.shape.length, dims.batch[1], dims.contract[1]))
      ]
    })
  )

export const reductions: Forms<Reduce | ArgReduce | Contract> = {
  Reduce: {
    name: (n) => n.op,
    operands: (n) => [n.x],
    attributes: (n) => [['axes', n.axes]],
    make: (n, [x]) => reduce(n.op, n.axes, x!),
    fails: never,
    rounds: (n) => reduceRounding[n.op]
  },
  ArgReduce: {
    name: (n) => `arg${n.op}`,
    operands: (n) => [n.x],
    attributes: (n) => [['axis', n.axis]],
    make: (n, [x]) => argReduce(n.op, n.axis, x!),
    fails: never,
    rounds: exactly
  },
  Contract: {
    operands: (n) => [n.a, n.b],
    attributes: (n) => [
      ['batch', n.dims.batch, n.dims.batch[0].length > 0],
      ['contract', n.dims.contract]
    ],
    make: (n, [a, b]) => contract(n.dims, a!, b!),
    fails: never,
    rounds: () => 'terms'
  }
}
