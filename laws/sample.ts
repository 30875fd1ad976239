/**
 * Samples of every family and every scalar function: a small program with a point at which its derivative exists. The tables are total, so
 * that a new family or function without a sample does not compile.
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as build from '../src/graph/build/index.js'
import { binarySignature, unarySignature } from '../src/graph/build/index.js'
import type { BinaryOp, ContractDims, CustomRule, Node, ReduceOp, UnaryOp } from '../src/graph/Expr.js'
import { dim, insertAt, range, replaceAt, size, type Dims } from '../src/tensor/dims.js'
import { elements, own, type Tensor } from '../src/tensor/Tensor.js'
import type { DType } from '../src/tensor/DType.js'
import { axisSize, shape } from './arbitrary/shape.js'
import { domains, type Domain } from './arbitrary/number.js'
import { fromValues, showTensor, tensor, type TensorOptions } from './arbitrary/tensor.js'
import type { Graph } from './retype.js'

/** A program of one primitive, with values for its inputs. */
export interface Sample extends Graph {
  readonly point: ReadonlyArray<Tensor>
  readonly seed: number
}

/** Lines of text are for people: which primitive, at which values. */
export const showSample = ({ outputs, point, seed }: Sample): string =>
  `${outputs.map((y) => `${y._tag} ${y.dtype}[${y.shape.join(', ')}]`).join(', ')} at ${point.map(showTensor).join(' ; ')} (seed ${seed})`

const seeds = fc.integer({ min: 0, max: 2 ** 20 })

const names = ['a', 'b', 'c', 'd']

/** A program on as many inputs as tensors are given. */
export const sampleOf = (
  make: (...xs: ReadonlyArray<Node>) => ReadonlyArray<Node>,
  ...points: ReadonlyArray<fc.Arbitrary<Tensor>>
): fc.Arbitrary<Sample> =>
  fc.tuple(fc.tuple(...points), seeds).map(([point, seed]) => {
    const inputs = point.map((t, i) => build.input(names[i] ?? `x${i}`, t.shape, t.dtype))
    return { outputs: make(...inputs), inputs, point, seed }
  })

const one =
  (f: (a: Node) => Node) =>
  ([a]: ReadonlyArray<Node>): ReadonlyArray<Node> =>
    a === undefined ? [] : [f(a)]

const two =
  (f: (a: Node, b: Node) => Node) =>
  ([a, b]: ReadonlyArray<Node>): ReadonlyArray<Node> =>
    a === undefined || b === undefined ? [] : [f(a, b)]

const on1 = (f: (a: Node) => Node, a: fc.Arbitrary<Tensor>): fc.Arbitrary<Sample> =>
  sampleOf((...xs) => one(f)(xs), a)

const on2 = (
  f: (a: Node, b: Node) => Node,
  a: fc.Arbitrary<Tensor>,
  b: fc.Arbitrary<Tensor>
): fc.Arbitrary<Sample> => sampleOf((...xs) => two(f)(xs), a, b)

/** Where each function of one argument is smooth. */
export const unaryDomain: Readonly<Record<UnaryOp, Domain>> = {
  neg: 'ordinary',
  abs: 'nonzero',
  sign: 'nonzero',
  floor: 'betweenIntegers',
  ceil: 'betweenIntegers',
  round: 'betweenHalves',
  square: 'ordinary',
  reciprocal: 'nonzero',
  sqrt: 'positive',
  rsqrt: 'positive',
  exp: 'ordinary',
  expm1: 'ordinary',
  log: 'positive',
  log1p: 'overMinusOne',
  logistic: 'ordinary',
  softplus: 'ordinary',
  erf: 'ordinary',
  erfc: 'ordinary',
  erfInv: 'symmetricUnit',
  sin: 'ordinary',
  cos: 'ordinary',
  tan: 'symmetricUnit',
  asin: 'symmetricUnit',
  acos: 'symmetricUnit',
  atan: 'ordinary',
  sinh: 'ordinary',
  cosh: 'ordinary',
  tanh: 'ordinary',
  isFinite: 'ordinary',
  not: 'ordinary',
  copy: 'ordinary',
  stopGradient: 'ordinary'
}

/** Pairs of numbers at which a function of two arguments is smooth. */
type Pair = fc.Arbitrary<readonly [number, number]>

const pair = (a: Domain, b: Domain): Pair => fc.tuple(domains[a], domains[b])

/** `a = b + gap`, with a gap that is not small. */
const apart: Pair = fc.tuple(domains.ordinary, domains.nonzero).map(([b, gap]) => [b + gap, b] as const)

/** `a = q b` with `q` away from the integers. */
const notMultiple: Pair = fc
  .tuple(domains.betweenIntegers, domains.nonzero)
  .map(([q, b]) => [q * b, b] as const)

export const binaryDomain: Readonly<Record<BinaryOp, Pair>> = {
  add: pair('ordinary', 'ordinary'),
  sub: pair('ordinary', 'ordinary'),
  mul: pair('ordinary', 'ordinary'),
  mulNoNan: pair('ordinary', 'ordinary'),
  div: pair('ordinary', 'nonzero'),
  rem: notMultiple,
  pow: pair('positive', 'ordinary'),
  atan2: pair('nonzero', 'nonzero'),
  hypot: pair('nonzero', 'nonzero'),
  max: apart,
  min: apart,
  eq: apart,
  ne: apart,
  lt: apart,
  le: apart,
  gt: apart,
  ge: apart,
  and: pair('ordinary', 'ordinary'),
  or: pair('ordinary', 'ordinary'),
  xor: pair('ordinary', 'ordinary')
}

const small = { maxRank: 2 } as const

/** Whatever the signature prefers: double precision, or booleans where no float is taken. */
const preferred = (takes: (d: DType) => boolean): DType => (takes('f64') ? 'f64' : 'bool')

export const unarySample = (op: UnaryOp): fc.Arbitrary<Sample> => {
  const dtype = preferred(unarySignature[op].takes)
  return shape(small).chain((s) =>
    on1((x) => build.unary(op, x), tensor({ shape: s, dtype, domain: unaryDomain[op] }))
  )
}

const pairs = (op: BinaryOp, s: Dims): fc.Arbitrary<readonly [Tensor, Tensor]> =>
  fc.array(binaryDomain[op], { minLength: size(s), maxLength: size(s) }).map(
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
  const make = (a: Node, b: Node): Node => build.binary(op, a, b)
  if (!binarySignature[op].takes('f64'))
    return shape(small).chain((s) =>
      on2(make, tensor({ shape: s, dtype: 'bool' }), tensor({ shape: s, dtype: 'bool' }))
    )
  return fc
    .tuple(
      shape(small).chain((s) => pairs(op, s)),
      seeds
    )
    .map(([[a, b], seed]) => {
      const inputs = [build.input('a', a.shape, 'f64'), build.input('b', b.shape, 'f64')]
      return { outputs: two(make)(inputs), inputs, point: [a, b], seed }
    })
}

const ordinary = (s: Dims, more: Partial<TensorOptions> = {}): fc.Arbitrary<Tensor> =>
  tensor({ shape: s, ...more })

const axesOf = (s: Dims): fc.Arbitrary<Dims> => fc.shuffledSubarray([...range(0, s.length)])

const permutationOf = (rank: number): fc.Arbitrary<Dims> =>
  fc.shuffledSubarray([...range(0, rank)], { minLength: rank, maxLength: rank })

const axisOf = (s: Dims): fc.Arbitrary<number> => fc.integer({ min: 0, max: s.length - 1 })

const reduceSample = (op: ReduceOp): fc.Arbitrary<Sample> => {
  const extremum = op === 'max' || op === 'min'
  const logical = op === 'and' || op === 'or'
  return shape(extremum ? { minSize: 1 } : {}).chain((s) =>
    axesOf(s).chain((axes) =>
      on1(
        (x) => build.reduce(op, axes, x),
        tensor({ shape: s, dtype: logical ? 'bool' : 'f64', domain: extremum ? 'distinct' : 'ordinary' })
      )
    )
  )
}

const reduceOps: Readonly<Record<ReduceOp, true>> = {
  sum: true,
  prod: true,
  max: true,
  min: true,
  and: true,
  or: true
}

/** The names in a total table. */
export const keys = <T extends object>(table: T): ReadonlyArray<keyof T> =>
  Object.keys(table) as Array<keyof T>

/** One per-axis parameter. */
const perAxis = <A>(s: Dims, f: (d: number) => fc.Arbitrary<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc.tuple(...s.map(f))

const upTo = (n: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: n })

interface Cut {
  readonly start: number
  readonly limit: number
  readonly stride: number
}

export const cut = (d: number): fc.Arbitrary<Cut> =>
  fc
    .tuple(upTo(d), upTo(d), fc.integer({ min: 1, max: 3 }))
    .map(([p, q, stride]) => ({ start: Math.min(p, q), limit: Math.max(p, q), stride }))

export const cuts = (
  s: Dims
): fc.Arbitrary<{ readonly start: Dims; readonly limit: Dims; readonly stride: Dims }> =>
  perAxis(s, cut).map((cs) => ({
    start: cs.map((c) => c.start),
    limit: cs.map((c) => c.limit),
    stride: cs.map((c) => c.stride)
  }))

export const margins = (
  s: Dims
): fc.Arbitrary<{ readonly low: Dims; readonly high: Dims; readonly interior: Dims }> =>
  perAxis(s, () => fc.tuple(upTo(2), upTo(2), upTo(2))).map((ms) => ({
    low: ms.map((m) => m[0]),
    high: ms.map((m) => m[1]),
    interior: ms.map((m) => m[2])
  }))

/** A shape with a subset of its axes, in order: what a broadcast keeps. */
export const kept: fc.Arbitrary<{ readonly shape: Dims; readonly axes: Dims }> = shape().chain((s) =>
  fc.subarray([...range(0, s.length)]).map((axes) => ({ shape: s, axes }))
)

/** Another shape with as many elements. */
export const regrouped = (s: Dims): fc.Arbitrary<Dims> =>
  fc.tuple(permutationOf(s.length), upTo(s.length)).map(([p, at]) =>
    insertAt(
      p.map((axis) => dim(s, axis)),
      at,
      1
    )
  )

/** Operand shapes of a contraction, their axes in any order. */
export interface Product {
  readonly a: Dims
  readonly b: Dims
  readonly dims: ContractDims
}

const groups = fc.tuple(upTo(1), upTo(1), upTo(2), upTo(1))

const sizes = (n: number): fc.Arbitrary<Dims> => fc.array(axisSize(), { minLength: n, maxLength: n })

/** The sizes in a new order, and where each old axis went. */
const shuffled = (s: Dims): fc.Arbitrary<readonly [Dims, Dims]> =>
  permutationOf(s.length).map(
    (p) => [p.map((axis) => dim(s, axis)), s.map((_, axis) => p.indexOf(axis))] as const
  )

export const product: fc.Arbitrary<Product> = groups
  .chain(([nb, na, nc, nfb]) => fc.tuple(sizes(nb), sizes(na), sizes(nc), sizes(nfb)))
  .chain(([batch, freeA, contract, freeB]) =>
    fc
      .tuple(shuffled([...batch, ...freeA, ...contract]), shuffled([...batch, ...freeB, ...contract]))
      .map(([[a, placeA], [b, placeB]]) => {
        const [nb, fa, fb] = [batch.length, freeA.length, freeB.length]
        return {
          a,
          b,
          dims: {
            batch: [placeA.slice(0, nb), placeB.slice(0, nb)],
            contract: [placeA.slice(nb + fa), placeB.slice(nb + fb)]
          }
        }
      })
  )

/** A lookup along one axis: `[batch, before, size, after]` with indices `[batch, count]`, repeated ones among them. */
export interface Lookup {
  readonly x: Dims
  readonly rows: Dims
  readonly size: number
  readonly axis: number
  readonly batch: number
  readonly indices: Tensor
}

export const lookup: fc.Arbitrary<Lookup> = fc
  .tuple(
    shape({ maxRank: 1 }),
    shape({ maxRank: 1 }),
    fc.integer({ min: 1, max: 4 }),
    shape({ maxRank: 1 }),
    shape({ maxRank: 2 }),
    fc.constantFrom<DType>('i32', 'u32')
  )
  .chain(([batch, before, d, after, count, dtype]) => {
    const s = [...batch, ...count]
    return fc.array(upTo(d - 1), { minLength: size(s), maxLength: size(s) }).map((ks) => ({
      x: [...batch, ...before, d, ...after],
      rows: [...batch, ...before, ...count, ...after],
      size: d,
      axis: batch.length + before.length,
      batch: batch.length,
      indices: fromValues(s, dtype, ks)
    }))
  })

const concatSample = shape({ minRank: 1 }).chain((s) =>
  axisOf(s).chain((axis) =>
    fc
      .array(axisSize(), { minLength: 1, maxLength: 3 })
      .chain((ds) =>
        sampleOf((...xs) => [build.concat(axis, xs)], ...ds.map((d) => ordinary(replaceAt(s, axis, d))))
      )
  )
)

const argReduceSample = shape({ minRank: 1, minSize: 1 }).chain((s) =>
  fc
    .tuple(axisOf(s), fc.constantFrom('max' as const, 'min' as const))
    .chain(([axis, op]) => on1((x) => build.argReduce(op, axis, x), ordinary(s, { domain: 'distinct' })))
)

/** Double precision from every dtype. */
const convertSample = fc
  .tuple(
    shape(small),
    fc.constantFrom<DType>('f32', 'f64', 'i32', 'u32', 'bool'),
    fc.constantFrom<DType>('f32', 'f64', 'i32', 'bool')
  )
  .chain(([s, from, to]) =>
    on1((x) => build.convert(to, x), tensor({ shape: s, dtype: from, domain: 'betweenIntegers' }))
  )

const mapped = (f: (x: number, y: number) => number, a: Tensor, b: Tensor): Tensor => {
  const [xs, ys] = [elements(a), elements(b)]
  return own(
    a.shape,
    'f64',
    Float64Array.from({ length: xs.length }, (_, i) => f(xs[i] ?? 0, ys[i] ?? 0))
  )
}

const asNode = (e: { readonly _tag: string } | undefined): Node | undefined => e as Node | undefined

/** Two results of two operands: their product, and the sum of the first. */
const customRule: CustomRule = {
  name: 'productAndSum',
  results: ([a]) =>
    E.right([
      { shape: a?.shape ?? [], dtype: 'f64' },
      { shape: [], dtype: 'f64' }
    ]),
  reference: ([a, b]) =>
    a === undefined || b === undefined
      ? []
      : [
          mapped((x, y) => x * y, a, b),
          own([], 'f64', Float64Array.of(Array.from(elements(a)).reduce((acc, x) => acc + x, 0)))
        ],
  derivative: (xs) => {
    const [a, b] = [asNode(xs[0]), asNode(xs[1])]
    if (a === undefined || b === undefined) return []
    const scale =
      (by: Node) =>
      (t: unknown): Node =>
        build.binary('mul', t as Node, by)
    const sum = (t: unknown): Node => build.reduce('sum', range(0, a.shape.length), t as Node)
    const spread = (t: unknown): Node => build.broadcast(a.shape, [], t as Node)
    return [
      [
        { apply: scale(b), transpose: scale(b) },
        { apply: scale(a), transpose: scale(a) }
      ],
      [{ apply: sum, transpose: spread }, undefined]
    ]
  }
}

const customNode = (a: Node, b: Node): Node => build.custom(customRule, [a, b])

const both = (s: Dims): readonly [fc.Arbitrary<Tensor>, fc.Arbitrary<Tensor>] => [ordinary(s), ordinary(s)]

/** One generator per family. `Invalid` describes no computation. */
export const familySamples: { readonly [F in Exclude<Node['_tag'], 'Invalid'>]: fc.Arbitrary<Sample> } = {
  Input: shape(small).chain((s) => on1((x) => x, ordinary(s))),
  Constant: shape(small).chain((s) =>
    ordinary(s).chain((value) => on1(() => build.constant(value), ordinary([])))
  ),
  Iota: shape({ minRank: 1 }).chain((s) =>
    axisOf(s).chain((axis) => on1(() => build.iota(axis, s, 'f64'), ordinary([])))
  ),
  Unary: fc.constantFrom(...keys(unaryDomain)).chain(unarySample),
  Binary: fc.constantFrom(...keys(binaryDomain)).chain(binarySample),
  Select: shape(small).chain((s) =>
    sampleOf(
      (c, a, b) => (c === undefined || a === undefined || b === undefined ? [] : [build.select(c, a, b)]),
      tensor({ shape: s, dtype: 'bool' }),
      ...both(s)
    )
  ),
  Convert: convertSample,
  Reduce: fc.constantFrom(...keys(reduceOps)).chain(reduceSample),
  ArgReduce: argReduceSample,
  Broadcast: kept.chain((k) =>
    on1((x) => build.broadcast(k.shape, k.axes, x), ordinary(k.axes.map((axis) => dim(k.shape, axis))))
  ),
  Reshape: shape().chain((s) => regrouped(s).chain((to) => on1((x) => build.reshape(to, x), ordinary(s)))),
  Permute: shape().chain((s) =>
    permutationOf(s.length).chain((p) => on1((x) => build.permute(p, x), ordinary(s)))
  ),
  Slice: shape().chain((s) =>
    cuts(s).chain((c) => on1((x) => build.slice(c.start, c.limit, c.stride, x), ordinary(s)))
  ),
  Pad: shape(small).chain((s) =>
    fc
      .tuple(margins(s), fc.constantFrom(0, 1, -2))
      .chain(([m, value]) => on1((x) => build.pad(m.low, m.high, m.interior, value, x), ordinary(s)))
  ),
  Concat: concatSample,
  Reverse: shape().chain((s) => axesOf(s).chain((axes) => on1((x) => build.reverse(axes, x), ordinary(s)))),
  Contract: product.chain((p) => on2((a, b) => build.contract(p.dims, a, b), ordinary(p.a), ordinary(p.b))),
  Gather: lookup.chain((l) =>
    on2((x, i) => build.gather(l.axis, l.batch, i, x), ordinary(l.x), fc.constant(l.indices))
  ),
  Scatter: lookup.chain((l) =>
    on2((x, i) => build.scatter(l.size, l.axis, l.batch, i, x), ordinary(l.rows), fc.constant(l.indices))
  ),
  RandomBits: fc
    .tuple(shape({ maxRank: 1 }), shape(small))
    .chain(([keys, counters]) =>
      on1((key) => build.randomBits(counters, key), tensor({ shape: [...keys, 2], dtype: 'u32' }))
    ),
  Custom: shape(small).chain((s) => on2(customNode, ...both(s))),
  Project: shape(small).chain((s) =>
    sampleOf(
      (...xs) =>
        two(customNode)(xs).flatMap((c) =>
          c._tag === 'Custom' ? [build.project(1, c), build.project(0, c)] : [c]
        ),
      ...both(s)
    )
  )
}
