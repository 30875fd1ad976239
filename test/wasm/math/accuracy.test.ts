import { describe, expect, test } from 'vitest'
import type { DType } from '../../../src/tensor/DType.js'
import { binaryFn, unaryFn } from '../../../src/reference/scalar/table.js'
import { math, type BinaryName, type MathName, type UnaryName } from '../../../src/wasm/math/index.js'
import golden from '../../golden/scalar.json' with { type: 'json' }
import { fromHexF32, fromHexF64, ulpsF32, ulpsF64 } from '../../reference/scalar/bits.js'
import { unsafeMap, type Floats } from './run.js'
import { edges, list32, list64, sample32, sample64 } from './samples.js'

const precisions = {
  f32x4: {
    dtype: 'f32',
    ulps: ulpsF32,
    sample: sample32,
    list: list32,
    fromHex: fromHexF32,
    nan: 0x7fc00000n
  },
  f64x2: {
    dtype: 'f64',
    ulps: ulpsF64,
    sample: sample64,
    list: list64,
    fromHex: fromHexF64,
    nan: 0x7ff8000000000000n
  }
} as const

type LanesName = keyof typeof precisions
const both = ['f32x4', 'f64x2'] as const

interface Bounds {
  readonly f32x4: number
  readonly f64x2: number
}

/**
 * Distances allowed from the reference, itself up to 2 ulp from the exact value in f64. Measured against the exact
 * value (6000 points of test/golden/scalar.py each; the f32 functions without f64 inside also at 2^22 floats against the
 * reference): 1 ulp, and 2 for logistic (both), erf, sinh and softplus (f32) and atan2 (f64); erfInv has the reference's bits in
 * f32 and is within 2 ulp of it in f64.
 */
const unaryBounds: Readonly<Record<UnaryName, Bounds>> = {
  exp: { f32x4: 1, f64x2: 2 },
  expm1: { f32x4: 1, f64x2: 2 },
  log: { f32x4: 1, f64x2: 2 },
  log1p: { f32x4: 1, f64x2: 2 },
  logistic: { f32x4: 2, f64x2: 3 },
  logisticSlope: { f32x4: 3, f64x2: 4 },
  softplus: { f32x4: 2, f64x2: 3 },
  erf: { f32x4: 2, f64x2: 2 },
  erfc: { f32x4: 1, f64x2: 3 },
  erfInv: { f32x4: 0, f64x2: 3 },
  sin: { f32x4: 1, f64x2: 2 },
  cos: { f32x4: 1, f64x2: 2 },
  tan: { f32x4: 1, f64x2: 2 },
  asin: { f32x4: 1, f64x2: 2 },
  acos: { f32x4: 1, f64x2: 2 },
  atan: { f32x4: 1, f64x2: 2 },
  sinh: { f32x4: 2, f64x2: 3 },
  cosh: { f32x4: 1, f64x2: 3 },
  tanh: { f32x4: 1, f64x2: 3 }
}

const binaryBounds: Readonly<Record<BinaryName, Bounds>> = {
  pow: { f32x4: 1, f64x2: 3 },
  atan2: { f32x4: 1, f64x2: 3 },
  hypot: { f32x4: 1, f64x2: 1 },
  rem: { f32x4: 0, f64x2: 0 }
}

type Reference = (...xs: ReadonlyArray<number>) => number

const unaryReference = (op: UnaryName, dtype: DType): Reference => {
  const f = unaryFn(op, dtype)
  return (x = NaN) => f(x)
}

const binaryReference = (op: BinaryName, dtype: DType): Reference => {
  const f = binaryFn(op, dtype)
  return (a = NaN, b = NaN) => f(a, b)
}

const round = (lanes: LanesName, x: number): number => (lanes === 'f32x4' ? Math.fround(x) : x)

/** The first place with a NaN or a sign of zero that should not be, or a NaN of other bits; else the largest distance. */
const compare = (
  lanes: LanesName,
  op: MathName,
  reference: Reference,
  args: readonly [Floats, ...Floats[]]
): { readonly ulps: number; readonly at: string } => {
  const { ulps, nan } = precisions[lanes]
  const out = unsafeMap(math[lanes][op], ...args)
  let worst = { ulps: 0, at: '' }
  for (let i = 0; i < out.values.length; i++) {
    const xs = args.map((a) => a.values[i]!)
    const [got, expected] = [out.values[i]!, round(lanes, reference(...xs))]
    const at = `${op}(${xs.join(', ')}) = ${got}, not ${expected}`
    const wrongNan = Number.isNaN(expected) ? BigInt(out.bits[i]!) !== nan : Number.isNaN(got)
    if (wrongNan || (expected === 0 && !Object.is(got, expected) && got === 0)) return { ulps: Infinity, at }
    const distance = Number.isNaN(expected) ? 0 : ulps(got, expected)
    if (distance > worst.ulps) worst = { ulps: distance, at }
  }
  return worst
}

const expectWithin = (bound: number, found: { readonly ulps: number; readonly at: string }): void => {
  expect(found.ulps, found.at).toBeLessThanOrEqual(bound)
}

const count = 24_000

describe.each(both)('%s of one argument against the reference', (lanes) => {
  const { dtype, sample, list } = precisions[lanes]

  test.each(Object.entries(unaryBounds) as Array<[UnaryName, Bounds]>)('%s', (op, bounds) => {
    const reference = unaryReference(op, dtype)
    expectWithin(bounds[lanes], compare(lanes, op, reference, [sample(count, 7)]))
    expectWithin(bounds[lanes], compare(lanes, op, reference, [list(edges)]))
  })
})

/** All pairs of two lists. */
const pairs = (xs: ReadonlyArray<number>): readonly [number[], number[]] => [
  xs.flatMap((x) => xs.map(() => x)),
  xs.flatMap(() => [...xs])
]

const small = [...edges, 4, -4, 5, -5, 0.25, 2.5, -2.5, 7, 9007199254740991, 4503599627370497]

describe.each(both)('%s of two arguments against the reference', (lanes) => {
  const { dtype, sample, list } = precisions[lanes]

  test.each(Object.entries(binaryBounds) as Array<[BinaryName, Bounds]>)('%s', (op, bounds) => {
    const reference = binaryReference(op, dtype)
    const [a, b] = pairs(small)
    expectWithin(bounds[lanes], compare(lanes, op, reference, [sample(count, 7), sample(count, 99)]))
    expectWithin(bounds[lanes], compare(lanes, op, reference, [list(a), list(b)]))
  })
})

type GoldenName = Extract<keyof typeof golden.functions, MathName>

const goldenNames = (Object.keys(golden.functions) as Array<keyof typeof golden.functions>).filter(
  (name): name is GoldenName => name in math.f32x4
)

describe.each(both)('%s against correctly rounded values', (lanes) => {
  const { dtype, fromHex, list } = precisions[lanes]

  test.each(goldenNames)('%s is within 2 ulp', (name) => {
    const rows = golden.functions[name][dtype].map((row) => row.split(' ').map(fromHex))
    const columns = rows[0]!.map((_, k) => list(rows.map((row) => row[k]!)))
    const [first, ...rest] = columns.slice(0, -1)
    const exact = columns.at(-1)!.values
    const out = unsafeMap(math[lanes][name], first!, ...rest)
    const distances = rows.map((_, i) => precisions[lanes].ulps(out.values[i]!, exact[i]!))
    expect(rows.length).toBeGreaterThanOrEqual(100)
    expect(Math.max(...distances)).toBeLessThanOrEqual(2)
  })
})

describe('angles', () => {
  test('the f64 nearest to a multiple of pi/2, 6381956970095103 * 2^797', () => {
    const x = list64([6381956970095103 * 2 ** 797, -6381956970095103 * 2 ** 797])
    const near = [...unsafeMap(math.f64x2.cos, x).values.slice(0, 2)]
    // J.-M. Muller, Elementary Functions, table 10.1: -4.68716592425462761112e-19.
    expect(near).toEqual([-4.687165924254628e-19, -4.687165924254628e-19])
    expect([...unsafeMap(math.f64x2.sin, x).values.slice(0, 2)]).toEqual([1, -1])
  })
})

describe.each(both)('%s lane by lane', (lanes) => {
  const { sample, list } = precisions[lanes]
  const names = Object.keys(math[lanes]) as ReadonlyArray<MathName>

  test.each(names)('%s of a number does not depend on its neighbours', (op) => {
    const f = math[lanes][op]
    const xs = [...sample(200, 3).values, ...edges]
    const alone = (x: number) => unsafeMap(f, ...arrays(f.arity, list(new Array<number>(4).fill(x)))).bits[0]!
    const among = unsafeMap(f, ...arrays(f.arity, list(xs)))
    expect(xs.map((_, i) => among.bits[i])).toEqual(xs.map(alone))
  })
})

const arrays = (arity: 1 | 2, xs: Floats): readonly [Floats, ...Floats[]] => (arity === 1 ? [xs] : [xs, xs])
