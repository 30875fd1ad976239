/**
 * Simplification: a pass over graphs, made of local rewrites. Each keeps the meaning bit for bit (signed zeros and NaN too, and the errors
 * of a run) and yields at most one new node, so a graph never grows. No arithmetic is done here: values are the business of engines.
 */
import * as build from '../graph/build/index.js'
import type { Binary, BinaryOp, Node, UnaryOp } from '../graph/Expr.js'
import { operands, reuse, valueOf } from '../graph/fold.js'
import { canonical, type Canonical } from '../graph/merge.js'
import { equalDims, range, type Dims } from '../tensor/dims.js'
import { isFloat, isInteger, type DType } from '../tensor/DType.js'
import { elements } from '../tensor/Tensor.js'

/** What can be told about a value without computing it. */
interface Facts {
  /** Nothing at or below the node can end in a run error, so it may be dropped. */
  readonly total: boolean
  /** No element is -0. */
  readonly plusZero: boolean
}

type Known = (n: Node) => Facts

/** A law and its use from left to right. */
export interface Rewrite {
  readonly law: string
  readonly at: (n: Node, known: Known) => Node | undefined
}

/** The number that a scalar constant, or the broadcast of one, holds everywhere. */
const uniform = (n: Node): number | undefined => {
  const x = n._tag === 'Broadcast' ? n.x : n
  return x._tag === 'Constant' && x.shape.length === 0 ? elements(x.value)[0] : undefined
}

const is = (n: Node, value: number): boolean => Object.is(uniform(n), value)

const nonZero = (n: Node): boolean => !is(n, 0) && uniform(n) !== undefined

const isOrdinary = (n: Node): boolean => nonZero(n) && !is(n, -0) && Number.isFinite(uniform(n))

const atLeast = (n: Node, bound: number): boolean => !is(n, -0) && (uniform(n) ?? NaN) >= bound

/** Which operations can meet values that they have no answer for. */
const mayFail = (n: Node): boolean =>
  n._tag === 'Binary'
    ? (n.op === 'div' || n.op === 'rem') && isInteger(n.dtype) && !nonZero(n.b)
    : n._tag === 'Gather' || n._tag === 'Scatter' || n._tag === 'Custom' || n._tag === 'Invalid'

const never = (): boolean => false
const always = (): boolean => true

/**
 * Sums give -0 only from two of them, differences only from -0 - 0, and products may underflow to it unless one factor is at least 1.
 * Rounding to f32 underflows too, so contractions and conversions are not counted on.
 */
const binaryPlusZero: Readonly<Record<BinaryOp, (n: Binary, a: boolean, b: boolean) => boolean>> = {
  add: (_, a, b) => a || b,
  sub: (_, a) => a,
  mul: (n, a, b) => (a && atLeast(n.b, 1)) || (b && atLeast(n.a, 1)),
  max: (n, a, b) => (a && b) || atLeast(n.a, 0) || atLeast(n.b, 0),
  min: (_, a, b) => a && b,
  hypot: always,
  div: never,
  rem: never,
  pow: never,
  atan2: never,
  mulNoNan: never,
  eq: always,
  ne: always,
  lt: always,
  le: always,
  gt: always,
  ge: always,
  and: always,
  or: always,
  xor: always
}

const positive: ReadonlyArray<UnaryOp> = ['abs', 'square', 'exp', 'logistic', 'softplus', 'cosh', 'rsqrt']
const keepsZero: ReadonlyArray<UnaryOp> = ['sqrt', 'copy', 'stopGradient']

/** `xs`: the same about the operands. */
const plusZero = (n: Node, xs: ReadonlyArray<boolean>): boolean => {
  const [a = false, b = false, c = false] = xs
  if (!isFloat(n.dtype)) return true
  switch (n._tag) {
    case 'Input':
    case 'Invalid':
    case 'Contract':
    case 'Conv':
    case 'Custom':
    case 'Project':
      return false
    case 'Constant':
      return !elements(n.value).some((v) => Object.is(v, -0))
    case 'Iota':
    case 'Scatter':
    case 'ArgReduce':
    case 'RandomBits':
      return true
    case 'Unary':
      return positive.includes(n.op) || (a && keepsZero.includes(n.op))
    case 'Binary':
      return binaryPlusZero[n.op](n, a, b)
    case 'Select':
      return b && c
    case 'Convert':
      return a && (n.x.dtype !== 'f64' || n.dtype === 'f64')
    case 'Reduce':
      return n.op === 'sum' || (a && n.op !== 'prod')
    case 'Window':
      return n.op === 'sum' || a
    case 'Pad':
      return a && !Object.is(n.value, -0)
    case 'Concat':
      return xs.every((x) => x)
    case 'Broadcast':
    case 'Reshape':
    case 'Permute':
    case 'Slice':
    case 'Reverse':
    case 'Gather':
      return a
  }
}

const factsOf = (n: Node, xs: ReadonlyArray<Facts>): Facts => ({
  total: !mayFail(n) && xs.every((x) => x.total),
  plusZero: plusZero(
    n,
    xs.map((x) => x.plusZero)
  )
})

/** `f(x, c)` for the operand that is not the uniform `value`, whichever side that is on. */
const beside = (
  n: Node,
  op: BinaryOp,
  value: number,
  f: (x: Node, c: Node) => Node | undefined
): Node | undefined => {
  if (n._tag !== 'Binary' || n.op !== op) return undefined
  return is(n.b, value) ? f(n.a, n.b) : is(n.a, value) ? f(n.b, n.a) : undefined
}

const right = (n: Node, op: BinaryOp, value: number, f: (x: Node) => Node): Node | undefined =>
  n._tag === 'Binary' && n.op === op && is(n.b, value) ? f(n.a) : undefined

/** An involution undone. */
const twice = (n: Node, op: 'neg' | 'not'): Node | undefined =>
  n._tag === 'Unary' && n.op === op && n.x._tag === 'Unary' && n.x.op === op ? n.x.x : undefined

const compose = (outer: Dims, inner: Dims): Dims => outer.flatMap((i) => inner.slice(i, i + 1))

const neg = (x: Node): Node => build.unary('neg', x)

const self = (x: Node): Node => x

/** Conversions that lose nothing, so that the way back is exact; integers of 32 bits wrap into each other and back. */
const lossless: Readonly<Record<DType, ReadonlyArray<DType>>> = {
  bool: ['f32', 'f64', 'i32', 'u32'],
  f32: ['f64'],
  i32: ['f64', 'u32'],
  u32: ['f64', 'i32'],
  f64: []
}

const scalars: ReadonlyArray<Rewrite> = [
  { law: 'x * 1 = x', at: (n) => beside(n, 'mul', 1, self) },
  { law: 'x * -1 = -x', at: (n) => beside(n, 'mul', -1, neg) },
  { law: 'x / 1 = x', at: (n) => right(n, 'div', 1, self) },
  { law: 'x / -1 = -x', at: (n) => right(n, 'div', -1, neg) },
  { law: 'x + -0 = x', at: (n) => beside(n, 'add', -0, self) },
  {
    law: 'x + 0 = x, unless x is -0',
    at: (n, known) => beside(n, 'add', 0, (x) => (known(x).plusZero ? x : undefined))
  },
  { law: 'x - 0 = x', at: (n) => right(n, 'sub', 0, self) },
  { law: 'mulNoNan(x, 1) = x', at: (n) => beside(n, 'mulNoNan', 1, self) },
  { law: 'mulNoNan(x, -1) = -x', at: (n) => beside(n, 'mulNoNan', -1, neg) },
  {
    law: 'mulNoNan(x, c) = x * c for a finite c that is not 0',
    at: (n) =>
      n._tag === 'Binary' && n.op === 'mulNoNan' && [n.a, n.b].some(isOrdinary)
        ? build.binary('mul', n.a, n.b)
        : undefined
  },
  { law: '-(-x) = x', at: (n) => twice(n, 'neg') },
  { law: 'not(not x) = x', at: (n) => twice(n, 'not') },
  {
    law: 'max(x, x) = min(x, x) = x and x = x or x = x',
    at: (n) =>
      n._tag === 'Binary' && n.a === n.b && ['max', 'min', 'and', 'or'].includes(n.op) ? n.a : undefined
  },
  { law: 'x and true = x', at: (n) => (n.dtype === 'bool' ? beside(n, 'and', 1, self) : undefined) },
  { law: 'x or false = x', at: (n) => (n.dtype === 'bool' ? beside(n, 'or', 0, self) : undefined) },
  {
    law: 'convert to the same dtype = x',
    at: (n) => (n._tag === 'Convert' && n.x.dtype === n.dtype ? n.x : undefined)
  },
  {
    law: 'convert there and back = x, where nothing is lost there',
    at: (n) =>
      n._tag === 'Convert' &&
      n.x._tag === 'Convert' &&
      n.x.x.dtype === n.dtype &&
      lossless[n.dtype].includes(n.x.dtype)
        ? n.x.x
        : undefined
  }
]

const choices: ReadonlyArray<Rewrite> = [
  {
    law: 'where(c, x, x) = x',
    at: (n, known) => (n._tag === 'Select' && n.a === n.b && known(n.condition).total ? n.a : undefined)
  },
  {
    law: 'where(true, x, y) = x',
    at: (n, known) => (n._tag === 'Select' && is(n.condition, 1) && known(n.b).total ? n.a : undefined)
  },
  {
    law: 'where(false, x, y) = y',
    at: (n, known) => (n._tag === 'Select' && is(n.condition, 0) && known(n.a).total ? n.b : undefined)
  },
  {
    law: 'where(not c, x, y) = where(c, y, x)',
    at: (n) =>
      n._tag === 'Select' && n.condition._tag === 'Unary' && n.condition.op === 'not'
        ? build.select(n.condition.x, n.b, n.a)
        : undefined
  }
]

/** One number, spread: moving it about changes only the shape. */
const spread = (n: Node): Node | undefined =>
  n._tag === 'Broadcast' && n.x.shape.length === 0 ? n.x : undefined

const moved = (n: Node): Node | undefined => {
  if (n._tag !== 'Reshape' && n._tag !== 'Permute' && n._tag !== 'Slice' && n._tag !== 'Reverse')
    return undefined
  const scalar = spread(n.x)
  return scalar === undefined ? undefined : build.broadcast(n.shape, [], scalar)
}

const exclusive = (a: Dims, b: Dims): Dims =>
  [...a.filter((i) => !b.includes(i)), ...b.filter((i) => !a.includes(i))].sort((i, j) => i - j)

const layouts: ReadonlyArray<Rewrite> = [
  {
    law: 'reshape to the same shape = x',
    at: (n) => (n._tag === 'Reshape' && equalDims(n.shape, n.x.shape) ? n.x : undefined)
  },
  {
    law: 'reshape s (reshape t x) = reshape s x',
    at: (n) => (n._tag === 'Reshape' && n.x._tag === 'Reshape' ? build.reshape(n.shape, n.x.x) : undefined)
  },
  {
    law: 'permute in order = x',
    at: (n) => (n._tag === 'Permute' && equalDims(n.permutation, range(0, n.shape.length)) ? n.x : undefined)
  },
  {
    law: 'permute p (permute q x) = permute (q . p) x',
    at: (n) =>
      n._tag === 'Permute' && n.x._tag === 'Permute'
        ? build.permute(compose(n.permutation, n.x.permutation), n.x.x)
        : undefined
  },
  {
    law: 'broadcast to the same shape = x',
    at: (n) => (n._tag === 'Broadcast' && equalDims(n.shape, n.x.shape) ? n.x : undefined)
  },
  {
    law: 'broadcast a (broadcast b x) = broadcast (a . b) x',
    at: (n) =>
      n._tag === 'Broadcast' && n.x._tag === 'Broadcast'
        ? build.broadcast(n.shape, compose(n.x.axes, n.axes), n.x.x)
        : undefined
  },
  { law: 'reshape, permute, slice and reverse of a spread scalar spread it', at: moved },
  { law: 'reverse no axes = x', at: (n) => (n._tag === 'Reverse' && n.axes.length === 0 ? n.x : undefined) },
  {
    law: 'reverse a (reverse b x) = reverse (a xor b) x',
    at: (n) =>
      n._tag === 'Reverse' && n.x._tag === 'Reverse'
        ? build.reverse(exclusive(n.axes, n.x.axes), n.x.x)
        : undefined
  },
  {
    law: 'slice of everything = x',
    at: (n) => (n._tag === 'Slice' && equalDims(n.shape, n.x.shape) ? n.x : undefined)
  },
  {
    law: 'pad with nothing = x',
    at: (n) => (n._tag === 'Pad' && equalDims(n.shape, n.x.shape) ? n.x : undefined)
  },
  { law: 'concat of one = x', at: (n) => (n._tag === 'Concat' && n.xs.length === 1 ? n.xs[0] : undefined) },
  {
    law: 'a reduction over no axes = x, unless it adds 0 to x',
    at: (n) => (n._tag === 'Reduce' && n.axes.length === 0 && n.op !== 'sum' ? n.x : undefined)
  }
]

/** All rewrites; tests go through them by law. */
export const rewrites: ReadonlyArray<Rewrite> = [...scalars, ...choices, ...layouts]

/** The first rewrite that applies, or nothing. */
const step = (n: Node, known: Known): Node | undefined => {
  for (const r of rewrites) {
    const next = r.at(n, known)
    if (next !== undefined) return next
  }
  return undefined
}

/** One pass over nodes whose operands come before them, each of which is simple before its users. */
const pass = ({ nodes, starts, from, roots }: Canonical): ReadonlyArray<Node> => {
  const facts = new Map<Node, Facts>()
  const known: Known = (n) => valueOf(facts, n)
  const simple: Array<Node> = []
  nodes.forEach((n, i) => {
    // A copy is what a transformation knows its argument by: nothing is done to it, and nothing is known of it.
    if (n._tag === 'Unary' && n.op === 'copy') {
      facts.set(n, { total: false, plusZero: false })
      simple.push(n)
      return
    }
    let result = reuse(
      n,
      from.slice(starts[i], starts[i + 1]).map((k) => simple[k]!)
    )
    for (let next = step(result, known); next !== undefined; next = step(result, known)) result = next
    if (!facts.has(result)) facts.set(result, factsOf(result, operands(result).map(known)))
    simple.push(result)
  })
  return roots.map((k) => simple[k]!)
}

/** The same graphs, simplified as far as the rewrites go. Merging can bring a rewrite about, so both repeat until nothing changes. */
export const simplify = (roots: ReadonlyArray<Node>): ReadonlyArray<Node> => {
  for (let current = canonical(roots, 'kept'); ;) {
    const merged = current.roots.map((k) => current.nodes[k]!)
    const next = pass(current)
    if (next.every((n, i) => n === merged[i])) return merged
    current = canonical(next, 'kept')
  }
}
