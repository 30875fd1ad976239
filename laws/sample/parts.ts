/** What families are described by: axes, permutations, margins, pairings of axes, lookups. */
import * as fc from 'fast-check'
import type { ContractDims } from '../../src/graph/Expr.js'
import { dim, insertAt, range, size, type Dims } from '../../src/tensor/dims.js'
import type { DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { axisSize, shape } from '../arbitrary/shape.js'
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
