/**
 * Where a program decides: signs, comparisons, extrema, roundings. Between two points at which all decisions agree, it is smooth; a
 * difference quotient across a change says nothing about a derivative.
 */
import * as build from '../../src/graph/build/index.js'
import type { Binary, BinaryOp, Node, Unary, UnaryOp } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { full } from '../../src/linear/apply.js'
import { attainment } from '../../src/rules/reduce.js'
import { isFloat } from '../../src/tensor/DType.js'

type Decision<N> = (n: N) => ReadonlyArray<Node>

const smooth = (): ReadonlyArray<Node> => []
const itself = (n: Node): ReadonlyArray<Node> => [n]
const signOf = (x: Node): Node => build.unary('sign', x)
const order: Decision<Binary> = ({ a, b }) => (isFloat(a.dtype) ? [signOf(build.binary('sub', a, b))] : [])

const unaryDecision: Readonly<Record<UnaryOp, Decision<Unary>>> = {
  neg: smooth,
  abs: ({ x }) => [signOf(x)],
  sign: itself,
  floor: itself,
  ceil: itself,
  round: itself,
  square: smooth,
  reciprocal: ({ x }) => [signOf(x)],
  sqrt: smooth,
  rsqrt: smooth,
  exp: smooth,
  expm1: smooth,
  log: smooth,
  log1p: smooth,
  logistic: smooth,
  softplus: smooth,
  erf: smooth,
  erfc: smooth,
  erfInv: smooth,
  sin: smooth,
  cos: smooth,
  tan: ({ x }) => [signOf(build.unary('cos', x))],
  asin: smooth,
  acos: smooth,
  atan: smooth,
  sinh: smooth,
  cosh: smooth,
  tanh: smooth,
  isFinite: itself,
  not: smooth,
  copy: smooth,
  stopGradient: smooth
}

/** The branch cut of `atan2(a, b)`: the sign of `a` matters where `b < 0`. */
const cut: Decision<Binary> = ({ a, b }) => [
  build.binary('mul', signOf(a), build.convert(a.dtype, build.binary('lt', b, full(0, b))))
]

/** Beyond this many multiples of the divisor, every step passes some. */
const countable = 2 ** 40

/** How many multiples a remainder leaves out; where they cannot be counted, the operands themselves, so that no step agrees. */
const whole: Decision<Binary> = (n) => {
  if (!isFloat(n.dtype)) return []
  const quotient = build.unary('round', build.binary('div', build.binary('sub', n.a, n), n.b))
  const few = build.binary('lt', build.unary('abs', quotient), full(countable, quotient))
  return [quotient, build.select(few, full(0, n.a), n.a), build.select(few, full(0, n.b), n.b)]
}

const binaryDecision: Readonly<Record<BinaryOp, Decision<Binary>>> = {
  add: smooth,
  sub: smooth,
  mul: smooth,
  mulNoNan: smooth,
  div: ({ b }) => (isFloat(b.dtype) ? [signOf(b)] : []),
  rem: whole,
  pow: smooth,
  atan2: cut,
  hypot: smooth,
  max: order,
  min: order,
  eq: order,
  ne: order,
  lt: order,
  le: order,
  gt: order,
  ge: order,
  and: smooth,
  or: smooth,
  xor: smooth
}

const decisionsOf = (n: Node): ReadonlyArray<Node> => {
  switch (n._tag) {
    case 'Unary':
      return unaryDecision[n.op](n)
    case 'Binary':
      return binaryDecision[n.op](n)
    case 'Convert':
      return isFloat(n.x.dtype) && !isFloat(n.dtype) ? [n] : []
    case 'Reduce':
      return (n.op === 'max' || n.op === 'min') && isFloat(n.dtype) ? [attainment(n.x, n, n.axes)] : []
    case 'ArgReduce':
      return [n]
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Iota':
    case 'Select':
    case 'Broadcast':
    case 'Reshape':
    case 'Permute':
    case 'Slice':
    case 'Pad':
    case 'Concat':
    case 'Reverse':
    case 'Contract':
    case 'Gather':
    case 'Scatter':
    case 'RandomBits':
    case 'Custom':
    case 'Project':
      return []
  }
}

/** Expressions whose values say which side of each decision a program takes. */
export const decisions = (outputs: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  topological(outputs).flatMap(decisionsOf)

/** What is zero at the points where operations have values but no finite derivatives. */
export const singularities = (outputs: ReadonlyArray<Node>): ReadonlyArray<Node> =>
  topological(outputs).flatMap((n) => {
    if (n._tag === 'Unary' && n.op === 'sqrt') return [n.x]
    if (n._tag === 'Unary' && (n.op === 'asin' || n.op === 'acos'))
      return [build.binary('sub', build.unary('square', n.x), full(1, n.x))]
    return n._tag === 'Binary' && n.op === 'pow' && isFloat(n.a.dtype) ? [n.a] : []
  })
