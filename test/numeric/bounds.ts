/** How many units in the last place derivatives of scalar functions may be off. */

/** Units in the last place: of first derivatives, of second ones. */
export type Bounds = readonly [first: number, second: number]

/** The bounds of all functions but the next ones. */
export const usual: Bounds = [4, 16]

/** Where more is allowed, and why. */
export const others: Readonly<Partial<Record<string, { readonly bounds: Bounds; readonly reason: string }>>> =
  {
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

export const boundOf = (name: string, dtype: string, order: 1 | 2): number =>
  (others[`${name} ${dtype}`] ?? others[name])?.bounds[order - 1] ?? usual[order - 1]!
