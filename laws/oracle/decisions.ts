/**
 * Where a program decides: signs, comparisons, extrema, roundings. Between two points at which all decisions agree, it is smooth; a
 * difference quotient across a change says nothing about a derivative.
 */
import * as make from '../../src/graph/make.js'
import type {
  ArgReduce,
  Binary,
  BinaryOp,
  Convert,
  Value,
  Reduce,
  Unary,
  UnaryOp,
  Window
} from '../../src/graph/Expr.js'
import { topological, valuesBelow } from '../../src/graph/fold.js'
import { expanded } from './expand.js'
import { full } from '../../src/graph/terms.js'
import { attainment } from '../../src/rules/reduce.js'
import { range, without, type Dims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { patchesOf } from './patches.js'

/** One decision of one operation, element by element. */
export interface Decision {
  readonly node: Value
  /** Its value is the side that is taken. */
  readonly side: Value
  /** How far the operands are from the other side, in their own units; missing where it cannot be told. */
  readonly gap?: () => Value
  /** Whether the values on both sides meet, so that only the slope changes. */
  readonly continuous: boolean
}

type Decide<N> = (n: N) => ReadonlyArray<Decision>

const smooth = (): ReadonlyArray<Decision> => []
const unary = (op: UnaryOp, x: Value): Value => make.unary(op, x)
const size = (x: Value): Value => unary('abs', x)
const minus = (a: Value, b: Value): Value => make.binary('sub', a, b)
const times = (a: Value, b: Value): Value => make.binary('mul', a, b)

type Make = (node: Value, side: Value, gap: () => Value) => ReadonlyArray<Decision>

/** The values jump from one side to the other. */
const jump: Make = (node, side, gap) => [{ node, side, gap, continuous: false }]
/** Only the slope does. */
const corner: Make = (node, side, gap) => [{ node, side, gap, continuous: true }]

const toInteger = (x: Value): Value => size(minus(x, unary('round', x)))
const step: Decide<Unary> = (n) => (isFloat(n.dtype) ? jump(n, n, () => toInteger(n.x)) : [])

/** The sign of what must not change it. */
const pole =
  (of: (x: Value) => Value): Decide<Unary> =>
  (n) =>
    jump(n, unary('sign', of(n.x)), () => size(of(n.x)))

/** Beyond this, a reciprocal and its square leave the range of double precision. */
const least = 2 ** -500

const nowhere = (): ReadonlyArray<Value> => []
const near = (x: Value): ReadonlyArray<Value> => [make.binary('lt', size(x), full(least, x))]
const nearOne = (x: Value): ReadonlyArray<Value> => near(minus(unary('square', x), full(1, x)))

/** Where a scalar function decides, and what is true where it has a value but no finite derivative, or none that double precision can hold. */
interface Row<N, X> {
  readonly decide: Decide<N>
  readonly singular: (x: X) => ReadonlyArray<Value>
}

const regular = { decide: smooth, singular: nowhere }

const unaryRows: Readonly<Record<UnaryOp, Row<Unary, Value>>> = {
  neg: regular,
  abs: {
    ...regular,
    decide: (n) => (isFloat(n.dtype) ? corner(n, unary('sign', n.x), () => size(n.x)) : [])
  },
  sign: { ...regular, decide: (n) => (isFloat(n.dtype) ? jump(n, n, () => size(n.x)) : []) },
  floor: { ...regular, decide: step },
  ceil: { ...regular, decide: step },
  round: {
    ...regular,
    decide: (n) => (isFloat(n.dtype) ? jump(n, n, () => minus(full(0.5, n.x), toInteger(n.x))) : [])
  },
  square: regular,
  reciprocal: { decide: pole((x) => x), singular: near },
  sqrt: { ...regular, singular: near },
  rsqrt: { ...regular, singular: near },
  exp: regular,
  expm1: regular,
  log: { ...regular, singular: near },
  log1p: regular,
  logistic: regular,
  logisticSlope: regular,
  softplus: regular,
  erf: regular,
  erfc: regular,
  erfInv: regular,
  sin: regular,
  cos: regular,
  tan: { ...regular, decide: pole((x) => unary('cos', x)) },
  asin: { ...regular, singular: nearOne },
  acos: { ...regular, singular: nearOne },
  atan: regular,
  sinh: regular,
  cosh: regular,
  tanh: regular,
  isFinite: { ...regular, decide: (n) => [{ node: n, side: n, continuous: false }] },
  not: regular,
  copy: regular,
  stopGradient: regular
}

const gapBetween = ({ a, b }: Binary): Value => size(minus(a, b))
const extremum: Decide<Binary> = (n) =>
  isFloat(n.dtype) ? corner(n, unary('sign', minus(n.a, n.b)), () => gapBetween(n)) : []
const comparison: Decide<Binary> = (n) => (isFloat(n.a.dtype) ? jump(n, n, () => gapBetween(n)) : [])

/** The branch cut of `atan2(a, b)`: the sign of `a` matters where `b < 0`. */
const cut: Decide<Binary> = (n) => {
  const left = make.binary('lt', n.b, full(0, n.b))
  const side = times(unary('sign', n.a), make.convert(n.a.dtype, left))
  return jump(n, side, () => make.select(left, size(n.a), make.binary('hypot', n.a, n.b)))
}

/** Beyond this many multiples of the divisor, every step passes some. */
const countable = 2 ** 40

/** How far `a` is from the nearest multiple of `b`; there is no jump at 0. */
const toMultiple = ({ a, b }: Binary): Value => {
  const quotient = make.binary('div', a, b)
  const none = make.binary('lt', size(quotient), full(0.5, quotient))
  const away = make.select(none, minus(full(1, quotient), size(quotient)), toInteger(quotient))
  return times(away, size(b))
}

/** How many multiples a remainder leaves out; where they cannot be counted, the operands themselves, so that no step agrees. */
const whole: Decide<Binary> = (n) => {
  if (!isFloat(n.dtype)) return []
  const multiples = unary('round', make.binary('div', minus(n.a, n), n.b))
  const few = make.binary('lt', size(multiples), full(countable, multiples))
  const uncounted = [n.a, n.b].map((x): Decision => ({
    node: n,
    side: make.select(few, full(0, x), x),
    continuous: false
  }))
  return [...jump(n, multiples, () => toMultiple(n)), ...uncounted]
}

/** A negative base has powers, and no derivative by an exponent that moves. */
const power = ({ a, b }: Binary): ReadonlyArray<Value> =>
  topological([b]).some((n) => n._tag === 'Input') ? [make.binary('lt', a, full(least, a))] : near(a)

const binaryRows: Readonly<Record<BinaryOp, Row<Binary, Binary>>> = {
  add: regular,
  sub: regular,
  mul: regular,
  mulNoNan: regular,
  div: {
    decide: (n) => (isFloat(n.dtype) ? jump(n, unary('sign', n.b), () => size(n.b)) : []),
    singular: ({ b }) => near(b)
  },
  rem: { ...regular, decide: whole },
  pow: { ...regular, singular: power },
  atan2: { decide: cut, singular: ({ a, b }) => near(make.binary('hypot', a, b)) },
  hypot: { ...regular, singular: (n) => near(n) },
  max: { ...regular, decide: extremum },
  min: { ...regular, decide: extremum },
  eq: { ...regular, decide: comparison },
  ne: { ...regular, decide: comparison },
  lt: { ...regular, decide: comparison },
  le: { ...regular, decide: comparison },
  gt: { ...regular, decide: comparison },
  ge: { ...regular, decide: comparison },
  and: regular,
  or: regular,
  xor: regular
}

const convertDecision: Decide<Convert> = (n) =>
  isFloat(n.x.dtype) && !isFloat(n.dtype)
    ? jump(n, n, () => (n.dtype === 'bool' ? size(n.x) : toInteger(n.x)))
    : []

/** How far behind the second is; 0 where several attain the extremum. */
const lead = (op: 'max' | 'min', axes: Dims, x: Value, y: Value): Value => {
  const all = range(0, x.shape.length)
  const spread = (v: Value): Value => make.broadcast(x.shape, without(all, axes), v)
  const hits = make.binary('eq', x, spread(y))
  const others = make.select(hits, full(op === 'max' ? -Infinity : Infinity, x), x)
  const count = make.reduce('sum', axes, make.convert(x.dtype, hits))
  const tied = make.binary('gt', count, full(1, count))
  return make.select(tied, full(0, y), size(minus(y, make.reduce(op, axes, others))))
}

const reduceDecision: Decide<Reduce> = (n) => {
  const { op, x, axes } = n
  return (op === 'max' || op === 'min') && isFloat(n.dtype)
    ? corner(n, attainment(x, n, axes), () => lead(op, axes, x, n))
    : []
}

const argReduceDecision: Decide<ArgReduce> = (n) =>
  isFloat(n.x.dtype) ? jump(n, n, () => lead(n.op, [n.axis], n.x, make.reduce(n.op, [n.axis], n.x))) : []

/** Of several largest elements the first is taken. */
const windowDecision: Decide<Window> = (n) => {
  if (n.op === 'sum' || !isFloat(n.x.dtype) || n.shape.includes(0)) return []
  const [last, top] = [n.shape.length, make.window('max', n.shape, n.size, n.windows, n.x)]
  const gap = (): Value => lead('max', [last], patchesOf(n, n.x), top)
  if (n.op === 'argmax') return jump(n, n, gap)
  return corner(n, make.window('argmax', n.shape, n.size, n.windows, n.x), gap)
}

/** The families that decide. */
export type Decisive = Unary | Binary | Convert | Reduce | ArgReduce | Window

/** The others are smooth everywhere. The table is total, so that a new family that is neither does not compile. */
const isSmooth: Readonly<Record<Exclude<Value, Decisive>['_tag'], true>> = {
  Input: true,
  Constant: true,
  Invalid: true,
  Iota: true,
  Select: true,
  Broadcast: true,
  Reshape: true,
  Permute: true,
  Slice: true,
  Pad: true,
  Concat: true,
  Reverse: true,
  Contract: true,
  Conv: true,
  Gather: true,
  Scatter: true,
  RandomBits: true,
  Project: true
}

export const isDecisive = (n: Value): n is Decisive => !Object.hasOwn(isSmooth, n._tag)

const decisionsOf = (n: Value): ReadonlyArray<Decision> => {
  if (!isDecisive(n)) return []
  switch (n._tag) {
    case 'Unary':
      return unaryRows[n.op].decide(n)
    case 'Binary':
      return binaryRows[n.op].decide(n)
    case 'Convert':
      return convertDecision(n)
    case 'Reduce':
      return reduceDecision(n)
    case 'ArgReduce':
      return argReduceDecision(n)
    case 'Window':
      return windowDecision(n)
  }
}

/** All decisions of a program, operands before users. */
export const decisions = (results: ReadonlyArray<Value>): ReadonlyArray<Decision> =>
  valuesBelow(expanded(results)).flatMap(decisionsOf)

/** What is true at the points where operations have values but no finite derivatives, or none that double precision can hold. */
export const singularities = (results: ReadonlyArray<Value>): ReadonlyArray<Value> =>
  valuesBelow(expanded(results)).flatMap((n) => {
    if (!isFloat(n.dtype)) return []
    if (n._tag === 'Unary') return unaryRows[n.op].singular(n.x)
    return n._tag === 'Binary' ? binaryRows[n.op].singular(n) : []
  })
