/** What programs grow from: nodes with the values that they have at the point, and numbers that decide what comes next. */
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import { type Value, isMany, type Node } from '../../src/graph/Expr.js'
import { topological, below } from '../../src/graph/fold.js'
import { isSource } from '../../src/graph/families.js'
import { expand } from '../../src/ops/operand.js'
import { compute } from '../../src/reference/compute.js'
import { alone } from '../../src/reference/evaluate.js'
import { broadcastDims, equalDims, size, type Dims } from '../../src/tensor/dims.js'
import { isFloat, type DType, type FloatDType } from '../../src/tensor/DType.js'
import { elements, filled, type Tensor } from '../../src/tensor/Tensor.js'
import { holds, type Domain } from '../arbitrary/number.js'
import type { Region } from '../../src/graph/Region.js'
import { inDomain, isClear, type Kinks } from './margin.js'

/** A program with values for its parameters. */
export interface Program extends Region {
  readonly point: ReadonlyArray<Tensor>
}

type Values = ReadonlyArray<Tensor>

/** The values of nodes at the point: all results of each. */
export type Known = ReadonlyMap<Node, Values>

/** Draws the next number below `n` of an instruction; past its end, 0. */
export type Draw = (n: number) => number

export const drawFrom = (numbers: ReadonlyArray<number>): Draw => {
  let at = 0
  return (n) => (n <= 0 ? 0 : (numbers[at++] ?? 0) % n)
}

/** What one instruction works with. */
export interface Context {
  readonly pool: ReadonlyArray<Value>
  readonly known: Known
  readonly draw: Draw
  readonly dtype: FloatDType
  readonly kinks: Kinks
  /** Whether programs are of integers in every dtype: then values are not known, and nothing depends on them. */
  readonly exact: boolean
}

/** Beyond these sizes programs are slow to judge, and say no more. */
const mostElements = 36
const mostAxes = 4
/** Larger values have derivatives so large that only rounding is left of differences. */
const largest = 30

const isModest = (t: Tensor): boolean =>
  size(t.shape) <= mostElements &&
  t.shape.length <= mostAxes &&
  (!isFloat(t.dtype) || Array.from(elements(t), Number).every((x) => Math.abs(x) <= largest))

const valuesOf = (n: Node, xs: ReadonlyArray<Values>): Values | undefined => {
  if (isSource(n)) return n._tag === 'Constant' ? [n.value] : undefined
  const values = compute(n, xs, alone)
  return E.isRight(values) ? values.right : undefined
}

/** What is known with a node and everything below it; nothing where it cannot be used. */
export const learn = (n: Value, known: Known, kinks: Kinks): Known | undefined => {
  const more = new Map(known)
  for (const m of topological([n], (x) => known.has(x))) {
    if (more.has(m)) continue
    const xs = below(m).map((x) => more.get(x) ?? [])
    const values = valuesOf(m, xs)
    const firsts = xs.flatMap((vs) => vs.slice(0, 1))
    if (values === undefined || !values.every(isModest) || (!isMany(m) && !isClear(m, firsts, kinks)))
      return undefined
    more.set(m, values)
  }
  return more
}

/** Exact programs are quick to judge, and memory matters to them. */
const mostExact = { elements: 160, axes: 4 }

/** Whether a node has a value once indices are brought within their axes. Where an axis has no elements, none lies within it. */
export const hasValue = (n: Value): boolean =>
  n._tag !== 'Invalid' && !(n._tag === 'Gather' && n.x.shape[n.axis] === 0)

const fitsExact = (n: Value): boolean =>
  hasValue(n) && size(n.shape) <= mostExact.elements && n.shape.length <= mostExact.axes

/** What is known with a node: nothing new, where values do not matter. */
export const admitted = (
  { known, kinks, exact }: Omit<Context, 'pool' | 'draw'>,
  n: Value
): Known | undefined => (exact ? (fitsExact(n) ? known : undefined) : learn(n, known, kinks))

const isUsable = (s: Context, n: Value): boolean => admitted(s, n) !== undefined

export const choose = <A>(s: Context, xs: ReadonlyArray<A>): A | undefined => xs[s.draw(xs.length)]

/** A node that the pool has; later ones more often, so that programs get deep. */
export const pick = (s: Context, admits: (n: Value) => boolean = () => true): Value | undefined => {
  const found = s.pool.filter(admits)
  return found[found.length - 1 - Math.min(s.draw(found.length), s.draw(found.length))]
}

export const map = <A>(x: A | undefined, f: (x: A) => Value | undefined): Value | undefined =>
  x === undefined ? undefined : f(x)

const numbers: ReadonlyArray<number> = [0.5, -0.5, 2, 1.5, -1, 0.25, 1, -2]

const constants: Readonly<Record<DType, ReadonlyArray<number>>> = {
  f32: numbers,
  f64: numbers,
  i32: [1, 2, 0, -1, 3],
  u32: [1, 2, 0, 3],
  bool: [1, 0]
}

const integers: ReadonlyArray<number> = [2, -1, 3, 1, -2, 0, 5]

/** Values for constants, beginning anywhere. */
export const constantsFrom = (s: Context, dtype: DType): ReadonlyArray<number> => {
  const all = s.exact && isFloat(dtype) ? integers : constants[dtype]
  const start = s.draw(all.length)
  return [...all.slice(start), ...all.slice(0, start)]
}

export const uniform = (x: number, shape: Dims, dtype: DType): Value =>
  make.broadcast(shape, [], make.constant(filled([], dtype, x)))

/** Everything of the shape and dtype of `x`: nodes that have it or broadcast to it, and single numbers spread. */
export const alike = (s: Context, { shape, dtype }: Pick<Value, 'shape' | 'dtype'>): ReadonlyArray<Value> => {
  const fitting = [...s.pool].reverse().filter((n) => n.dtype === dtype && spreads(n.shape, shape))
  const start = s.draw(fitting.length + 1)
  const nodes = [...fitting.slice(start), ...fitting.slice(0, start)].map((n) => expand(shape, n))
  const spread = constantsFrom(s, dtype).map((x) => uniform(x, shape, dtype))
  return start === fitting.length ? [...spread, ...nodes] : [...nodes, ...spread]
}

const spreads = (from: Dims, to: Dims): boolean => equalDims(broadcastDims(from, to) ?? [-1], to)

/** The first node that can be used. */
export const firstUsable = (s: Context, nodes: Iterable<Value>): Value | undefined => {
  for (const n of nodes) if (isUsable(s, n)) return n
  return undefined
}

/** A function of expressions with what it does to numbers. */
interface Adaptor {
  readonly node: (x: Value) => Value
  readonly number: (x: number) => number
}

const scaled = (scale: number): Adaptor => ({
  node: (x) => make.binary('mul', uniform(scale, x.shape, x.dtype), x),
  number: (x) => scale * x
})

const shifted = (offset: number): Adaptor => ({
  node: (x) => make.binary('add', x, uniform(offset, x.shape, x.dtype)),
  number: (x) => x + offset
})

const logistic: Adaptor = { node: (x) => make.unary('logistic', x), number: (x) => 1 / (1 + Math.exp(-x)) }
const tanh: Adaptor = { node: (x) => make.unary('tanh', x), number: Math.tanh }

const inTurn = (...steps: ReadonlyArray<Adaptor>): Adaptor => ({
  node: (x) => steps.reduce((y, step) => step.node(y), x),
  number: (x) => steps.reduce((y, step) => step.number(y), x)
})

const wide = inTurn(logistic, shifted(0.25))
const narrow = inTurn(logistic, scaled(0.75), shifted(0.125))
const symmetric = inTurn(tanh, scaled(0.75))

/** Gentle functions towards each domain, the simplest first; the last one always gets there. */
const into: Readonly<Record<Domain, ReadonlyArray<Adaptor>>> = {
  ordinary: [],
  positive: [shifted(1), wide],
  nonzero: [shifted(1), wide],
  unitInterval: [scaled(0.5), narrow],
  symmetricUnit: [scaled(0.5), symmetric],
  overMinusOne: [shifted(1), symmetric],
  betweenIntegers: [shifted(0.5), narrow],
  betweenHalves: [shifted(0.5), inTurn(tanh, scaled(0.375))]
}

/** The operand itself where all of its values lie in a domain, else a function of it that does. */
export const fitted = (s: Context, domain: Domain, x: Value): Value => {
  const value = s.known.get(x)?.[0]
  if (value === undefined || inDomain(value, domain)) return x
  const xs = Array.from(elements(value), Number)
  const adaptor = into[domain].find(({ number }) => xs.every((v) => holds[domain](number(v))))
  return adaptor?.node(x) ?? x
}
