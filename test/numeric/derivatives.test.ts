import { describe, expect, it } from 'vitest'
import { measured, names, showDistances } from './derivatives.js'

/** Units in the last place: of first derivatives, of second ones. */
type Bounds = readonly [first: number, second: number]

const usual: Bounds = [4, 16]

/** Where more is allowed, and why. */
const others: Readonly<Partial<Record<string, { readonly bounds: Bounds; readonly reason: string }>>> = {
  erf: {
    bounds: [4, 64],
    reason:
      'the second derivative is -2 x times the first: where that is subnormal, so many times its rounding'
  },
  erfc: { bounds: [4, 64], reason: 'as erf' },
  silu: {
    bounds: [256, 256],
    reason: 'x times a weight: where that is subnormal, x times its rounding, and x reaches 104 in f32'
  },
  mish: { bounds: [256, 256], reason: 'as silu, and e^x taken to the second power' },
  gelu: {
    bounds: [64, 64],
    reason: 'the rounding of x / sqrt 2 before erfc counts x^2 times; x^2 reaches 200 in f32'
  },
  'gelu f64': { bounds: [1024, 1024], reason: 'the same; x^2 reaches 1400 in f64' }
}

const boundOf = (name: string, dtype: string, order: 1 | 2): number =>
  (others[`${name} ${dtype}`] ?? others[name])?.bounds[order - 1] ?? usual[order - 1]!

describe('derivatives keep their digits, on either engine and in either dtype', () => {
  it.each(names)('%s', (name) => {
    const all = measured([name])
    const wrong = all.filter(({ dtype, order, ulps }) => !(ulps <= boundOf(name, dtype, order)))
    expect(wrong, showDistances(all)).toEqual([])
  })
})
