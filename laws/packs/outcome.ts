/** What a program comes to on an engine, and whether two outcomes are the same. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { showAval } from '../../src/graph/error.js'
import { showError, type CompileError, type RunError } from '../../src/graph/failure.js'
import type { Engine } from '../../src/program/compile.js'
import { equalDims } from '../../src/tensor/dims.js'
import { isFloat, type DType } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { showTensor } from '../arbitrary/tensor.js'
import { fail, firstFailure, pass, type Verdict } from '../law/index.js'
import { unravel } from '../oracle/compare.js'
import type { Region } from '../../src/graph/Region.js'
import type { Point } from '../oracle/run.js'

/**
 * Expressions of parameters, with a tensor for each input.
 *
 * @since 0.1.0
 * @category model
 */
export interface Program extends Region {
  readonly point: ReadonlyArray<Tensor>
}

export const showProgram = ({ results, point }: Program): string =>
  `${results.map((y) => `${y._tag} ${showAval(y)}`).join(', ')} at ${point.map(showTensor).join(' ; ')}`

/**
 * How close two engines come.
 *
 * @since 0.1.0
 * @category model
 */
export interface Agreement {
  /**
   * How many floating-point numbers apart two results may be, or how many roundings of their terms for sums and products of many; 0, unless
   * given, stands for the same bits.
   */
  readonly ulps?: number
  /** Whether errors are the same down to their text, as they are unless given, or only of the same kind. */
  readonly errors?: 'text' | 'kind'
}

export type Outcome = E.Either<CompileError | RunError, Point>

export const outcomeOn =
  ({ compile }: Engine) =>
  (program: Program): Outcome =>
    pipe(
      compile(program),
      E.chainW((run) => run(program.point))
    )

/** Its place among the numbers of the dtype, so that neighbours differ by 1 and the zeros by nothing. */
const rank = (dtype: DType, x: number): bigint => {
  if (dtype === 'f32') {
    const bits = new Int32Array(Float32Array.of(x).buffer)[0] ?? 0
    return BigInt(bits < 0 ? -(bits + 2 ** 31) : bits)
  }
  const bits = new BigInt64Array(Float64Array.of(x).buffer)[0] ?? 0n
  return bits < 0n ? -(bits + 2n ** 63n) : bits
}

/** How many numbers of the dtype lie from one to the other. */
export const ulpsBetween = (dtype: DType, a: number, b: number): number => {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Infinity
  if (!isFloat(dtype)) return a === b ? 0 : Infinity
  const apart = Number(rank(dtype, a) - rank(dtype, b))
  return Math.abs(apart)
}

const show = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

const sameTensor =
  (ulps: number) =>
  (of: string, actual: Tensor, expected: Tensor): Verdict => {
    const { dtype, shape } = expected
    if (actual.dtype !== dtype || !equalDims(actual.shape, shape))
      return fail(`${of} is ${showAval(actual)}, expected ${showAval(expected)}`)
    const [xs, ys] = [elements(actual), elements(expected)]
    const near = (x: number, y: number): boolean =>
      Object.is(x, y) || (ulps > 0 && ulpsBetween(dtype, x, y) <= ulps)
    const i = ys.findIndex((y: number, k: number) => !near(xs[k]!, y))
    if (i < 0 && xs.length === ys.length) return pass
    const [x, y] = [xs[i] ?? NaN, ys[i] ?? NaN]
    return fail(
      `${of} at [${unravel(shape, i).join(', ')}]: ${show(x)}, expected ${show(y)} (${dtype}, ${ulpsBetween(dtype, x, y)} ulps apart, ${ulps} allowed)`
    )
  }

/** Where in the caller's program it arose is not part of an error: the engines are called from different places. */
const textOf = (e: CompileError | RunError): string =>
  showError(e._tag === 'RunError' ? e : { ...e, errors: e.errors.map((one) => ({ ...one, at: '' })) })

const sameError = (
  text: boolean,
  actual: CompileError | RunError,
  expected: CompileError | RunError
): Verdict =>
  actual._tag === expected._tag && (!text || textOf(actual) === textOf(expected))
    ? pass
    : fail(`${actual._tag} "${textOf(actual)}", expected ${expected._tag} "${textOf(expected)}"`)

/** The same results, or the same error. */
export const sameOutcome = (
  actual: Outcome,
  expected: Outcome,
  { ulps = 0, errors = 'text' }: Agreement = {}
): Verdict => {
  if (E.isLeft(actual))
    return E.isLeft(expected)
      ? sameError(errors === 'text', actual.left, expected.left)
      : fail(`fails with "${textOf(actual.left)}", expected results`)
  if (E.isLeft(expected)) return fail(`gives results, expected the error "${textOf(expected.left)}"`)
  const [xs, ys] = [actual.right, expected.right]
  return xs.length !== ys.length
    ? fail(`${xs.length} results, expected ${ys.length}`)
    : firstFailure(...ys.map((y, k) => () => sameTensor(ulps)(`result ${k}`, xs[k]!, y)))
}
