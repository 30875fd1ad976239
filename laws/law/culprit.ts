/** The operation at fault: which one, with respect to which operand, and by how much its derivative is off. */
import { showAval } from '../../src/graph/error.js'
import type { Aval } from '../../src/graph/Expr.js'

/**
 * One entry of an operation's derivative that is wrong: a number of the rule against a number of the differences.
 *
 * @since 0.1.0
 * @category model
 */
export interface Deviation {
  /** Reverse mode where the forward map is right, so that the transpose is wrong. */
  readonly mode: 'forward' | 'reverse'
  /** The operand whose derivative is wrong, counted from 0. */
  readonly operand: number
  /** The element of the operand that moves; none for a direction that moves several. */
  readonly index: ReadonlyArray<number>
  readonly analytic: number
  readonly numeric: number
  /** The error that the numeric value may have. */
  readonly bar: number
  /** Whether it was found next to the values of the sample, at which a wrong rule happens to give the right number. */
  readonly nearby: boolean
}

/**
 * The first operation of a program, in the order of its graph, whose own derivative is wrong at the values it has there.
 *
 * @since 0.1.0
 * @category model
 */
export interface Culprit {
  /** The name of the operation; a primitive of one's own goes by the name of its rule. */
  readonly operation: string
  /** Whether it is one of the program itself, or one that only its gradient is made of. */
  readonly part: 'program' | 'gradient'
  /** Its place among the operations of that part, counted from 1, and how many there are. */
  readonly position: number
  readonly count: number
  /** What it is inside of, outermost first, such as `step 2 of scan`; then its place is that among the operations there. */
  readonly within?: ReadonlyArray<string>
  /** The parameter that was last made use of on the way to it, such as `layers[1].bias`; none where parameters have no names. */
  readonly after?: string
  /** 2 where the derivative is right and the derivative of the derivative is wrong. */
  readonly order: 1 | 2
  readonly operands: ReadonlyArray<Aval>
  readonly results: ReadonlyArray<Aval>
  /** What the check of this operation alone says. */
  readonly message: string
  /** The worst entry; missing where there are no numbers to compare, as for a result of the wrong shape. */
  readonly deviation?: Deviation
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(b)

/** Positive ratios that say something: whole factors and their inverses, and small errors. */
const size = (ratio: number): string | undefined => {
  if (near(ratio, 1)) return undefined
  if (Math.abs(ratio - 1) < 0.1)
    return `${(100 * Math.abs(ratio - 1)).toPrecision(3)} % too ${ratio > 1 ? 'large' : 'small'}`
  const factor = ratio > 1 ? ratio : 1 / ratio
  const whole = Math.round(factor)
  return `a factor ${near(factor, whole) ? String(whole) : factor.toPrecision(4)} too ${ratio > 1 ? 'large' : 'small'}`
}

/** What a ratio of a derivative to its right value suggests. */
export const reading = (ratio: number): string => {
  if (Number.isNaN(ratio)) return 'not a number'
  if (!Number.isFinite(ratio)) return 'should be zero'
  if (Math.abs(ratio) < 1e-9) return 'term missing'
  if (ratio > 0) return size(ratio) ?? 'too close to tell'
  const factor = size(-ratio)
  return factor === undefined ? 'wrong sign' : `wrong sign and ${factor}`
}

const showNumber = (x: number): string => (Number.isInteger(x) ? String(x) : x.toPrecision(10))

const showRatio = (analytic: number, numeric: number): string => {
  const ratio = analytic / numeric
  const shown = Math.abs(ratio) < 1000 ? ratio.toFixed(3) : ratio.toPrecision(4)
  return `${shown}: ${Number.isFinite(analytic) ? reading(ratio) : 'not finite'}`
}

const showDeviation = (d: Deviation, order: 1 | 2): string => {
  const { analytic, numeric, bar } = d
  const where = `${d.index.length === 0 ? '' : ` at [${d.index.join(', ')}]`}${d.nearby ? ' of a point nearby' : ''}`
  const what = `${d.mode === 'reverse' ? 'transposed ' : ''}${order === 2 ? 'second ' : ''}derivative`
  return `operand ${d.operand}${where}: ${what} ${showNumber(analytic)}, expected ${showNumber(numeric)} ± ${bar.toExponential(1)} (${showRatio(analytic, numeric)})`
}

/** In one line: operation, shapes, place, and the numbers. */
export const showCulprit = (c: Culprit): string => {
  const signature = `${c.operands.map(showAval).join(', ')} -> ${c.results.map(showAval).join(', ')}`
  const detail = c.deviation === undefined ? c.message : showDeviation(c.deviation, c.order)
  const part = c.part === 'gradient' ? ' of the gradient' : ''
  const within = [...(c.within ?? [])].reverse().map((where) => ` in ${where}`)
  const place = `operation ${c.position} of ${c.count}${within.join('')}${part}`
  return `culprit ${c.operation} (${signature}), ${place}${c.after === undefined ? '' : `, after ${c.after}`}, ${detail}`
}

/** What a failure has to say to be seen again. */
interface Reproducible {
  readonly law: string
  readonly fault: { readonly message: string }
  readonly culprit?: Culprit
  readonly counterexample: string
  readonly seed: number
  readonly path: string
}

const comment = (text: string): string => `// ${text.replace(/\s+/g, ' ')}`

/**
 * A module to copy: a function from the law to what it says of the very sample that failed, in one run.
 *
 * @example
 * ```ts
 * import { match } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { fail, law, reproduction } from 'adjoint/laws'
 *
 * const never = law({
 *   name: 'never',
 *   statement: { left: 'x', right: 'x + 1' },
 *   arbitrary: fc.integer(),
 *   judge: () => fail('they differ')
 * })
 * const failed = never.check({ seed: 1 })
 * match(E.isLeft(failed) ? reproduction(failed.left) : '', /one\.check\(\{ seed: 1, path: '0[\d:]*', endOnFailure: true \}\)/)
 * ```
 *
 * @since 0.1.0
 * @category destructors
 */
export const reproduction = (failure: Reproducible): string =>
  [
    `import * as E from 'fp-ts/lib/Either.js'`,
    `import { showFailure, type Law } from 'adjoint/laws'`,
    '',
    comment(`${failure.law}: ${failure.fault.message}`),
    ...(failure.culprit === undefined ? [] : [comment(showCulprit(failure.culprit))]),
    comment(`sample ${failure.counterexample}`),
    'export const reproduce = (one: Law): string =>',
    `  E.match(showFailure, () => 'the law holds')(one.check({ seed: ${failure.seed}, path: '${failure.path}', endOnFailure: true }))`,
    ''
  ].join('\n')
