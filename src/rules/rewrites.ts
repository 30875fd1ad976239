/**
 * Local rewrites of graphs. Each keeps the meaning bit for bit (signed zeros and NaN too, and the errors of a run) and yields at most one new node,
 * so a graph never grows. No arithmetic is done here: values are the business of engines.
 */
import * as make from '../graph/make.js'
import type { Binary, BinaryOp, Value, Unary } from '../graph/Expr.js'
import { isMove } from '../graph/families.js'
import { equalDims, range, type Dims } from '../tensor/dims.js'
import { isFloat, type DType } from '../tensor/DType.js'
import { is, isOrdinary, type Known } from './facts.js'

/** A law and its use from left to right. */
interface Rewrite {
  readonly law: string
  readonly at: (n: Value, known: Known) => Value | undefined
}

/** `f(x, c)` for the operand that is not the uniform `value`, whichever side that is on. */
const beside = (
  n: Value,
  op: BinaryOp,
  value: number,
  f: (x: Value, c: Value) => Value | undefined
): Value | undefined => {
  if (n._tag !== 'Binary' || n.op !== op) return undefined
  return is(n.b, value) ? f(n.a, n.b) : is(n.a, value) ? f(n.b, n.a) : undefined
}

const right = (n: Value, op: BinaryOp, value: number, f: (x: Value) => Value): Value | undefined =>
  n._tag === 'Binary' && n.op === op && is(n.b, value) ? f(n.a) : undefined

/** An involution undone. */
const twice = (n: Value, op: 'neg' | 'not'): Value | undefined =>
  n._tag === 'Unary' && n.op === op && n.x._tag === 'Unary' && n.x.op === op ? n.x.x : undefined

/** What a negation negates. */
const negated = (n: Value): Value | undefined => (n._tag === 'Unary' && n.op === 'neg' ? n.x : undefined)

/** A sum with a negation, or a difference of one, without it. */
const withoutNegation = (n: Value): Value | undefined => {
  if (n._tag !== 'Binary' || (n.op !== 'add' && n.op !== 'sub')) return undefined
  const [a, b] = [n.op === 'add' ? negated(n.a) : undefined, negated(n.b)]
  if (b !== undefined) return make.binary(n.op === 'add' ? 'sub' : 'add', n.a, b)
  return a === undefined ? undefined : make.binary('sub', n.b, a)
}

/** Signs go through these as they are; not through quotients of integers. */
const isProduct = (n: Binary): boolean => n.op === 'mul' || (n.op === 'div' && isFloat(n.dtype))

/** A product with one factor less negated. */
const turned = (n: Binary): Value | undefined => {
  const [a, b] = [negated(n.a), negated(n.b)]
  if (a !== undefined) return make.binary(n.op, a, n.b)
  return b === undefined ? undefined : make.binary(n.op, n.a, b)
}

const ofNegations = (n: Value): Value | undefined => {
  if (n._tag !== 'Binary' || !(n.op === 'mulNoNan' || isProduct(n))) return undefined
  const [a, b] = [negated(n.a), negated(n.b)]
  return a === undefined || b === undefined ? undefined : make.binary(n.op, a, b)
}

const negatedProduct = (n: Value): Value | undefined => {
  const product = negated(n)
  return product?._tag === 'Binary' && isProduct(product) ? turned(product) : undefined
}

/** Unsigned integers are their own magnitude, and so are their negations, which are others. */
const isEven = (n: Value): n is Unary =>
  n._tag === 'Unary' && (n.op === 'square' || (n.op === 'abs' && n.dtype !== 'u32'))

const even = (n: Value): Value | undefined => {
  if (!isEven(n)) return undefined
  const x = negated(n.x)
  return x === undefined ? undefined : make.unary(n.op, x)
}

const compose = (outer: Dims, inner: Dims): Dims => outer.flatMap((i) => inner.slice(i, i + 1))

const neg = (x: Value): Value => make.unary('neg', x)

const self = (x: Value): Value => x

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
        ? make.binary('mul', n.a, n.b)
        : undefined
  },
  { law: '-(-x) = x', at: (n) => twice(n, 'neg') },
  { law: 'x + -y = x - y and x - -y = x + y', at: withoutNegation },
  { law: '-x * -y = x * y', at: ofNegations },
  { law: '-(-x * y) = x * y', at: negatedProduct },
  { law: '(-x)^2 = x^2 and |-x| = |x|', at: even },
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
        ? make.select(n.condition.x, n.b, n.a)
        : undefined
  }
]

/** One number, spread: moving it about changes only the shape. */
const spread = (n: Value): Value | undefined =>
  n._tag === 'Broadcast' && n.x.shape.length === 0 ? n.x : undefined

const moved = (n: Value): Value | undefined => {
  if (!isMove(n) || n._tag === 'Broadcast') return undefined
  const scalar = spread(n.x)
  return scalar === undefined ? undefined : make.broadcast(n.shape, [], scalar)
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
    at: (n) => (n._tag === 'Reshape' && n.x._tag === 'Reshape' ? make.reshape(n.shape, n.x.x) : undefined)
  },
  {
    law: 'permute in order = x',
    at: (n) => (n._tag === 'Permute' && equalDims(n.permutation, range(0, n.shape.length)) ? n.x : undefined)
  },
  {
    law: 'permute p (permute q x) = permute (q . p) x',
    at: (n) =>
      n._tag === 'Permute' && n.x._tag === 'Permute'
        ? make.permute(compose(n.permutation, n.x.permutation), n.x.x)
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
        ? make.broadcast(n.shape, compose(n.x.axes, n.axes), n.x.x)
        : undefined
  },
  { law: 'reshape, permute, slice and reverse of a spread scalar spread it', at: moved },
  { law: 'reverse no axes = x', at: (n) => (n._tag === 'Reverse' && n.axes.length === 0 ? n.x : undefined) },
  {
    law: 'reverse a (reverse b x) = reverse (a xor b) x',
    at: (n) =>
      n._tag === 'Reverse' && n.x._tag === 'Reverse'
        ? make.reverse(exclusive(n.axes, n.x.axes), n.x.x)
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
