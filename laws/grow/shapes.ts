/** What families are described by: axes, permutations, margins, pairings of axes, lookups. */
import * as fc from 'fast-check'
import type { ContractDims } from '../../src/graph/Expr.js'
import { dim, insertAt, range, size, type Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import type { Windows } from '../../src/tensor/windows.js'
import { axisSize, shape } from './sizes.js'
import { fromValues } from '../arbitrary/tensor.js'

export const axesOf = (s: Dims): fc.Arbitrary<Dims> => fc.shuffledSubarray([...range(0, s.length)])

export const permutationOf = (rank: number): fc.Arbitrary<Dims> =>
  fc.shuffledSubarray([...range(0, rank)], { minLength: rank, maxLength: rank })

export const axisOf = (s: Dims): fc.Arbitrary<number> => fc.integer({ min: 0, max: s.length - 1 })

/** One per-axis parameter. */
const perAxis = <A>(s: Dims, f: (d: number) => fc.Arbitrary<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc.tuple(...s.map(f))

const upTo = (n: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: n })

interface Cut {
  readonly start: number
  readonly limit: number
  readonly stride: number
}

const cut = (d: number): fc.Arbitrary<Cut> =>
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

/** Windows over axes, with the sizes of what they slide over, of their own, and of the result. */
export interface Sliding {
  readonly shape: Dims
  readonly size: Dims
  readonly positions: Dims
  readonly windows: Windows
}

const oneStep = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.constantFrom(2, 3) }
)

/** One axis of windows that may reach beyond both ends, or leave elements out. */
const slidingAxis = fc.record({
  d: axisSize(),
  k: axisSize(),
  p: axisSize(),
  stride: oneStep,
  low: fc.integer({ min: -1, max: 2 }),
  inner: oneStep,
  outer: oneStep
})

export const sliding = (ranks: { readonly min: number; readonly max: number }): fc.Arbitrary<Sliding> =>
  fc.array(slidingAxis, { minLength: ranks.min, maxLength: ranks.max }).map((axes) => ({
    shape: axes.map((a) => a.d),
    size: axes.map((a) => a.k),
    positions: axes.map((a) => a.p),
    windows: {
      strides: axes.map((a) => a.stride),
      low: axes.map((a) => a.low),
      inputDilation: axes.map((a) => a.inner),
      windowDilation: axes.map((a) => a.outer)
    }
  }))

/** Windows each of which holds an element. */
export const covering = (ranks: { readonly min: number; readonly max: number }): fc.Arbitrary<Sliding> =>
  fc
    .array(
      fc.record({
        d: fc.integer({ min: 1, max: 5 }),
        k: fc.integer({ min: 1, max: 3 }),
        stride: oneStep,
        low: fc.nat(1),
        high: fc.nat(1),
        outer: oneStep
      }),
      { minLength: ranks.min, maxLength: ranks.max }
    )
    .map((axes) => {
      const fits = axes.map((a) => ({
        ...a,
        low: Math.min(a.low, a.k - 1),
        outer: a.low === 0 ? a.outer : 1
      }))
      const last = (a: (typeof fits)[number]): number =>
        Math.min(a.d - 1 + a.low, a.d + a.low + Math.min(a.high, a.k - 1) - (a.k - 1) * a.outer - 1)
      return {
        shape: fits.map((a) => a.d),
        size: fits.map((a) => a.k),
        positions: fits.map((a) => Math.max(0, Math.floor(last(a) / a.stride) + 1)),
        windows: {
          strides: fits.map((a) => a.stride),
          low: fits.map((a) => a.low),
          inputDilation: fits.map(() => 1),
          windowDilation: fits.map((a) => a.outer)
        }
      }
    })

/** Operand shapes of a convolution. */
export interface Convolution {
  readonly x: Dims
  readonly kernel: Dims
  readonly positions: Dims
  readonly windows: Windows
}

const few = fc.integer({ min: 1, max: 2 })

export const convolution: fc.Arbitrary<Convolution> = fc
  .tuple(sliding({ min: 0, max: 2 }), few, axisSize(), axisSize(), axisSize())
  .map(([s, g, n, c, f]) => ({
    x: [g, n, ...s.shape, c],
    kernel: [g, ...s.size, c, f],
    positions: s.positions,
    windows: s.windows
  }))

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
