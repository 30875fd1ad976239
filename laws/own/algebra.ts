/** Laws of derivatives that need no step: sums, compositions, batches, repetition, finiteness. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements } from '../../src/tensor/Tensor.js'
import { calculus, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { fail, firstFailure, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import { equal } from '../oracle/equal.js'
import { weights } from '../oracle/probe.js'
import { compiled, flat, type Point } from '../oracle/run.js'
import { familySamples } from '../grow/family.js'
import { keys, showSample, type Sample } from '../grow/sample.js'
import { batches, judgeBatch, showBatch } from './batch.js'

/** Programs of all families at points where they are smooth. */
const samples: fc.Arbitrary<Sample> = fc.oneof(...keys(familySamples).map((family) => familySamples[family]))

/** What is differentiated: the floating-point results by the floating-point parameters, with a cotangent for each result. */
interface Smooth {
  readonly ys: ReadonlyArray<Value>
  readonly xs: ReadonlyArray<Input>
  readonly cotangents: ReadonlyArray<Value>
}

const smooth = ({ results, parameters, seed }: Sample): Smooth => {
  const ys = results.filter((y) => isFloat(y.dtype))
  const xs = parameters.filter((x) => isFloat(x.dtype))
  return {
    ys,
    xs,
    cotangents: weights(seed, ys).map((v, i) => make.convert(ys[i]!.dtype, make.constant(v)))
  }
}

const add = (a: Value, b: Value): Value => make.binary('add', a, b)
const mul = (a: Value, b: Value): Value => make.binary('mul', a, b)
const square = (y: Value): Value => make.unary('square', y)

/** Input by input. */
const equalGradients = (
  what: string,
  { parameters, point }: Sample,
  xs: ReadonlyArray<Input>,
  left: ReadonlyArray<Value>,
  right: ReadonlyArray<Value>,
  terms: ReadonlyArray<Value>
): Verdict =>
  firstFailure(
    ...xs.map(
      (x, i) => () =>
        equal(what, `gradient of ${x.name}`, { left: left[i]!, right: right[i]!, terms, parameters, point })
    )
  )

/** `grad (f + g) = grad f + grad g`, where `g` is the square of `f`. */
const sumRule =
  (rules: Calculus) =>
  (sample: Sample): Verdict => {
    const { ys, xs, cotangents } = smooth(sample)
    const pull = (f: ReadonlyArray<Value>): ReadonlyArray<Value> => vjp(rules)(f, xs, cotangents)
    const [f, g] = [pull(ys), pull(ys.map(square))]
    const whole = pull(ys.map((y) => add(y, square(y))))
    const parts = f.map((a, i) => add(a, g[i]!))
    return equalGradients('not the sum of the gradients', sample, xs, whole, parts, [...f, ...g])
  }

/** `grad (g . f) = J_f^T (grad g . f)`, where `g` is the square. */
const chainRule =
  (rules: Calculus) =>
  (sample: Sample): Verdict => {
    const { ys, xs, cotangents } = smooth(sample)
    const whole = vjp(rules)(ys.map(square), xs, cotangents)
    const slopes = ys.map((y, i) => mul(cotangents[i]!, add(y, y)))
    const inner = vjp(rules)(ys, xs, slopes)
    return equalGradients('not the product of the derivatives', sample, xs, whole, inner, slopes)
  }

/** The gradient as a program of its own. */
const gradientOf =
  (rules: Calculus) =>
  (sample: Sample): Sample => {
    const { ys, xs, cotangents } = smooth(sample)
    return { ...sample, results: vjp(rules)(ys, xs, cotangents) }
  }

const runOf = ({ results, parameters, point }: Sample): E.Either<string, Point> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => run(point))(compiled({ results, parameters }))

const sameBits = (a: Point, b: Point): boolean =>
  a.every((t, i) => {
    const other = elements(b[i] ?? t)
    return elements(t).every((x: number, k: number) => Object.is(x, other[k]))
  })

const deterministic =
  (rules: Calculus) =>
  (sample: Sample): Verdict => {
    const [a, b] = [runOf(gradientOf(rules)(sample)), runOf(gradientOf(rules)(sample))]
    if (E.isLeft(a)) return fail(a.left)
    if (E.isLeft(b)) return fail(b.left)
    return sameBits(a.right, b.right) ? pass : fail('two runs differ')
  }

const finite =
  (rules: Calculus) =>
  (sample: Sample): Verdict => {
    const [values, gradients] = [runOf(sample), runOf(gradientOf(rules)(sample))]
    if (E.isLeft(values)) return fail(values.left)
    if (E.isLeft(gradients)) return fail(gradients.left)
    return !flat(values.right).every(Number.isFinite) || flat(gradients.right).every(Number.isFinite)
      ? pass
      : fail('the values are finite and the gradient is not')
  }

const algebraLaw = (name: string, left: string, right: string, judge: (sample: Sample) => Verdict): Law =>
  law({ name: `Algebra ${name}`, statement: { left, right }, arbitrary: samples, judge, show: showSample })

const batchOfGradients = (rules: Calculus): Law =>
  law({
    name: 'Algebra batch of gradients',
    statement: { left: 'vectorize (grad f)', right: 'map (grad f)' },
    arbitrary: batches(samples.map(gradientOf(rules))),
    judge: judgeBatch,
    show: showBatch
  })

/**
 * What gradients satisfy without any difference being taken: the gradient of a sum is the sum of the gradients, that of a composition goes
 * through the gradient of the outer function, a batch of gradients is the gradient of each example, two runs agree to the bit, and where a
 * function is finite and smooth, so is its gradient. Linearity in the cotangent, zero cotangents, the adjoint identity and the symmetry of
 * second derivatives are part of every `gradientLaw`.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { algebraLaws, checkAll } from 'adjoint/laws'
 *
 * strictEqual(checkAll({ numRuns: 10 })(algebraLaws()).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const algebraLaws = (rules: Calculus = calculus): LawSet => ({
  name: 'Algebra',
  parents: [],
  laws: [
    algebraLaw('sum rule', 'grad (f + g)', 'grad f + grad g', sumRule(rules)),
    algebraLaw('chain rule', 'grad (g . f)', 'grad f by (grad g . f)', chainRule(rules)),
    batchOfGradients(rules),
    algebraLaw('determinism', 'grad f', 'grad f, run again', deterministic(rules)),
    algebraLaw('finiteness', 'grad f', 'finite where f is finite and smooth', finite(rules))
  ]
})
