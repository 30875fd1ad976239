/** Convolutions and pooling against loops over indices, and what they say where they cannot be. */
import { pipe } from 'fp-ts/lib/function.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  avgPool,
  check,
  conv,
  convTranspose,
  maxPool,
  print,
  sumPool,
  type Expr,
  type Padding,
  type WindowOptions
} from '../../src/index.js'
import { convolution } from '../../src/nn/index.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { messageOf, relativeError, unsafeFlat } from '../support/outcome.js'

type X = Expr<number[], 'f64'>

const tensorOf = (shape: ReadonlyArray<number>, seed: number): Tensor<number[], 'f64'> =>
  own(
    [...shape],
    'f64',
    Float64Array.from(
      { length: shape.reduce((n, d) => n * d, 1) },
      (_, i) => ((i * 37 + seed * 11) % 23) / 8 - 1.25
    )
  )

interface Plane {
  readonly n: number
  readonly h: number
  readonly w: number
  readonly c: number
}

const at = (t: Tensor, p: Plane, n: number, y: number, x: number, c: number): number =>
  y < 0 || x < 0 || y >= p.h || x >= p.w ? 0 : (flat(t)[((n * p.h + y) * p.w + x) * p.c + c] ?? NaN)

const flat = (t: Tensor): ReadonlyArray<number> => Array.from(elements(t))

interface Drawn {
  readonly n: number
  readonly d: readonly [number, number]
  readonly k: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilation: readonly [number, number]
  readonly padding: Padding
  readonly groups: number
  readonly c: number
  readonly f: number
}

const pair = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })) as fc.Arbitrary<readonly [number, number]>

const drawn: fc.Arbitrary<Drawn> = fc.record({
  n: fc.integer({ min: 1, max: 2 }),
  d: pair(3, 7),
  k: pair(1, 3),
  strides: pair(1, 3),
  dilation: pair(1, 2),
  padding: fc.oneof(
    fc.constantFrom('same' as const, 'valid' as const),
    fc.tuple(pair(0, 2), pair(-1, 2)).map(([a, b]) => [a, b])
  ),
  groups: fc.constantFrom(1, 1, 2),
  c: fc.integer({ min: 1, max: 2 }),
  f: fc.integer({ min: 1, max: 2 })
})

/** Zeros before and after an axis, from the definition of the words. */
const around = (o: Drawn, axis: 0 | 1): readonly [number, number] => {
  if (o.padding === 'valid') return [0, 0]
  if (o.padding !== 'same') return o.padding[axis] ?? [0, 0]
  const reach = (o.k[axis] - 1) * o.dilation[axis] + 1
  const total = Math.max(
    0,
    (Math.ceil(o.d[axis] / o.strides[axis]) - 1) * o.strides[axis] + reach - o.d[axis]
  )
  return [Math.floor(total / 2), total - Math.floor(total / 2)]
}

const positions = (o: Drawn, axis: 0 | 1): number => {
  const [before, after] = around(o, axis)
  const room = o.d[axis] + before + after - ((o.k[axis] - 1) * o.dilation[axis] + 1)
  return room < 0 ? 0 : Math.floor(room / o.strides[axis]) + 1
}

const indices = (...sizes: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  sizes.reduce<ReadonlyArray<ReadonlyArray<number>>>(
    (done, d) => done.flatMap((i) => Array.from({ length: d }, (_, k) => [...i, k])),
    [[]]
  )

const place = (o: Drawn, axis: 0 | 1, p: number, k: number): number =>
  p * o.strides[axis] + k * o.dilation[axis] - around(o, axis)[0]

const convolved = (o: Drawn, x: Tensor, kernel: Tensor): ReadonlyArray<number> => {
  const plane = { n: o.n, h: o.d[0], w: o.d[1], c: o.c * o.groups }
  const weights = flat(kernel)
  return indices(o.n, positions(o, 0), positions(o, 1), o.f * o.groups).map(
    ([n = 0, p = 0, q = 0, f = 0]) => {
      const first = Math.floor(f / o.f) * o.c
      return indices(o.k[0], o.k[1], o.c).reduce((sum, [i = 0, j = 0, c = 0]) => {
        const weight = weights[((i * o.k[1] + j) * o.c + c) * o.f * o.groups + f] ?? NaN
        return sum + weight * at(x, plane, n, place(o, 0, p, i), place(o, 1, q, j), first + c)
      }, 0)
    }
  )
}

/** The elements of each window, without padding. */
const windowed = (o: Drawn, x: Tensor): ReadonlyArray<ReadonlyArray<number>> => {
  const plane = { n: o.n, h: o.d[0], w: o.d[1], c: o.c }
  return indices(o.n, positions(o, 0), positions(o, 1), o.c).map(([n = 0, p = 0, q = 0, c = 0]) =>
    indices(o.k[0], o.k[1]).flatMap(([i = 0, j = 0]) => {
      const [y, z] = [place(o, 0, p, i), place(o, 1, q, j)]
      return y < 0 || z < 0 || y >= o.d[0] || z >= o.d[1] ? [] : [at(x, plane, n, y, z, c)]
    })
  )
}

const optionsOf = ({ strides, dilation, padding }: Drawn): WindowOptions => ({ strides, dilation, padding })

const isPossible = (o: Drawn): boolean => positions(o, 0) > 0 && positions(o, 1) > 0

const total = (xs: ReadonlyArray<number>): number => xs.reduce((a, b) => a + b, 0)

describe('windows, against loops over indices', () => {
  it('conv', () => {
    fc.assert(
      fc.property(drawn.filter(isPossible), (o) => {
        const x = tensorOf([o.n, ...o.d, o.c * o.groups], 1)
        const kernel = tensorOf([...o.k, o.c, o.f * o.groups], 2)
        const y = pipe(x, conv(kernel, { ...optionsOf(o), groups: o.groups }))
        expect(y.shape).toEqual([o.n, positions(o, 0), positions(o, 1), o.f * o.groups])
        expect(relativeError(unsafeFlat(y), convolved(o, x, kernel))).toBeLessThan(1e-14)
      }),
      { numRuns: 200 }
    )
  })

  it('maxPool, sumPool and avgPool', () => {
    fc.assert(
      fc.property(drawn.filter(isPossible), (o) => {
        const x = tensorOf([o.n, ...o.d, o.c], 3)
        const windows = windowed(o, x)
        const options = optionsOf(o)
        expect(relativeError(unsafeFlat(pipe(x, sumPool(o.k, options))), windows.map(total))).toBeLessThan(
          1e-14
        )
        if (windows.some((w) => w.length === 0)) {
          expect(messageOf(check(pipe(x, maxPool(o.k, options))))).toContain('hold no elements')
          return
        }
        expect(unsafeFlat(pipe(x, maxPool(o.k, options)))).toEqual(windows.map((w) => Math.max(...w)))
        const means = windows.map((w) => total(w) / w.length)
        expect(relativeError(unsafeFlat(pipe(x, avgPool(o.k, options))), means)).toBeLessThan(1e-14)
      }),
      { numRuns: 200 }
    )
  })

  it('convTranspose is the transpose of conv, with the kernel turned around and its channels exchanged', () => {
    // <conv(k)(x), y> = <x, convTranspose(k')(y)> in one axis, where k'[i] = transpose(k[last - i]).
    const [x, y] = [tensorOf([1, 7, 2], 4), tensorOf([1, 3, 3], 5)]
    const kernel = tensorOf([3, 2, 3], 6)
    const around_ = own(
      [3, 3, 2],
      'f64',
      Float64Array.from(
        indices(3, 3, 2),
        ([i = 0, f = 0, c = 0]) => flat(kernel)[((2 - i) * 2 + c) * 3 + f] ?? NaN
      )
    )
    const forwards = unsafeFlat(pipe(x as X, conv(kernel as X, { strides: 2 })))
    const back = unsafeFlat(pipe(y as X, convTranspose(around_ as X, { strides: 2 })))
    const dot = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number =>
      total(a.map((v, i) => v * (b[i] ?? NaN)))
    expect(dot(forwards, flat(y))).toBeCloseTo(dot(flat(x), back), 12)
  })
})

const images = tensorOf([2, 5, 5, 3], 7) as X
const kernel = tensorOf([3, 3, 3, 4], 8) as X

const firstLine = (e: Expr<unknown>): string => messageOf(check(e)).split('\n')[0] ?? ''

describe('what cannot be', () => {
  it('is told in the name of the operation', () => {
    expect([
      firstLine(pipe(images, conv(tensorOf([3, 3, 2, 4], 1) as X))),
      firstLine(pipe(images, conv(kernel, { groups: 3 }))),
      firstLine(pipe(images, conv(tensorOf([7, 3, 3, 4], 1) as X))),
      firstLine(pipe(images, conv(kernel, { strides: [1] }))),
      firstLine(pipe(images, conv(kernel, { strides: 0 }))),
      firstLine(pipe(images, conv(kernel, { padding: [[1, 1]] }))),
      firstLine(pipe(tensorOf([5, 3], 1) as X, conv(kernel))),
      firstLine(pipe(images, conv(tensorOf([4], 1) as X))),
      firstLine(
        pipe(
          images,
          convTranspose(kernel, {
            padding: [
              [-3, -3],
              [0, 0]
            ]
          })
        )
      ),
      firstLine(pipe(images, maxPool([6, 2] as number[]))),
      firstLine(pipe(images, maxPool([0, 2] as number[]))),
      firstLine(
        pipe(
          images,
          maxPool([2, 2] as number[], {
            padding: [
              [2, 0],
              [0, 0]
            ]
          })
        )
      ),
      firstLine(pipe(tensorOf([3], 1) as X, sumPool([2, 2] as number[])))
    ]).toMatchInlineSnapshot(`
      [
        "conv: the input has 3 channels, the kernel [3, 3, 2, 4] 2 in each group",
        "conv: 3 groups do not divide the 4 features of the kernel [3, 3, 3, 4]",
        "conv: windows of 7 do not fit into 5 (axis 0 of [5, 5], with padding)",
        "conv: strides [1] and dilation [1, 1] are not for 2 axes",
        "conv: strides [0, 0] and dilation [1, 1] must be integers >= 1",
        "conv: padding [[1,1]] does not have two integers for each of 2 axes",
        "conv: windows over 2 axes need these and one of channels, got [5, 3]",
        "conv: a kernel [...sizes, channels, features] has more axes than [4]",
        "convTranspose: windows of 3 do not fit into -1 (axis 0 of [5, 5], spread and with padding)",
        "maxPool: windows of 6 do not fit into 5 (axis 0 of [5, 5], with padding)",
        "maxPool: windows [0, 2] must have sizes >= 1",
        "maxPool: some windows [1, 2, 2, 1] over [2, 5, 5, 3] hold no elements; pad less",
        "sumPool: windows over 2 axes need these and one of channels, got [3]",
      ]
    `)
  })
})

describe('programs of windows', () => {
  it('are printed with what differs from the usual', () => {
    const x = tensorOf([1, 4, 1], 1)
    expect(print(pipe(x as X, conv(tensorOf([2, 1, 1], 2) as X, { strides: 2 }), maxPool([2]))))
      .toMatchInlineSnapshot(`
      "() =>
        a: f64[1, 4, 1] = constant [0.125, -1, 0.75, -0.375]
        b: f64[1, 4, 1] = reshape a
        c: f64[1, 4, 1, 1] = reshape b
        d: f64[1, 1, 4, 1] = permute c {permutation: [2, 0, 1, 3]}
        e: f64[2, 1, 1] = constant [1.5, 0.375]
        f: f64[2, 1, 1, 1] = reshape e
        g: f64[1, 2, 1, 1] = permute f {permutation: [2, 0, 1, 3]}
        h: f64[1, 1, 2, 1] = conv d g {strides: [2]}
        i: f64[1, 2, 1, 1] = permute h {permutation: [1, 2, 0, 3]}
        j: f64[1, 2, 1] = reshape i
        k: f64[1, 2, 1] = reshape j
        l: f64[1, 1, 1] = maxWindow k {size: [1, 2, 1], strides: [1, 2, 1]}
        return l"
    `)
  })

  it('have parameters in the order of their shapes', () => {
    expect(convolution(3, 8, [5, 5]).slots).toBe(1)
  })
})
