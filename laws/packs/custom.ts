/** Laws of a primitive of one's own: everything that the library takes for granted of its rule. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as make from '../../src/graph/make.js'
import { showAval, showBuildError } from '../../src/graph/error.js'
import type { Aval, Custom, CustomRule, Input, Value } from '../../src/graph/Expr.js'
import { derivative } from '../../src/rules/derivative.js'
import type { Linear } from '../../src/linear/Linear.js'
import { equalDims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { calculus, vjp } from '../../src/transform/differentiate.js'
import { vectorize } from '../../src/transform/vectorize.js'
import { showTensor } from '../arbitrary/tensor.js'
import { agree, stack } from '../own/batch.js'
import { judgeDerivatives } from '../gradient/derivatives.js'
import { judgeWhereTold } from '../gradient/ownPrecision.js'
import {
  fail,
  firstFailure,
  inconclusive,
  law,
  pass,
  type Law,
  type LawSet,
  type LawSource,
  type Verdict
} from '../law/index.js'
import { localise } from '../gradient/localise.js'
import { judgeMap } from './map.js'
import { weights } from '../oracle/probe.js'
import { narrow, widen } from '../oracle/retype.js'
import type { Region } from '../../src/graph/Region.js'
import { compiled, type Point } from '../oracle/run.js'

/**
 * A primitive to verify, and operands to try it on: where its derivatives exist, and also at the edges of what it takes.
 *
 * @since 0.1.0
 * @category model
 */
export interface CustomSource {
  readonly rule: CustomRule
  readonly arbitrary: fc.Arbitrary<ReadonlyArray<Tensor>>
  /** 2 also verifies the derivative of the gradient. */
  readonly order?: 1 | 2
  readonly numRuns?: number
}

const showPoint = (point: Point): string => point.map(showTensor).join(' ; ')

const avals = (point: Point): ReadonlyArray<Aval> => point.map(({ shape, dtype }) => ({ shape, dtype }))

const sameAval = (a: Aval | undefined, b: Aval | undefined): boolean =>
  a !== undefined && a.dtype === b?.dtype && equalDims(a.shape, b.shape)

const shown = (as: ReadonlyArray<Aval>): string => as.map(showAval).join(', ')

const copied = (point: Point): Point => point.map((t) => own(t.shape, t.dtype, elements(t).slice()))

/** Bit for bit: NaN is itself, and the zeros differ. */
const identical = (a: Point, b: Point): boolean =>
  a.length === b.length &&
  a.every((t, i) => {
    const [xs, other] = [elements(t), b[i]]
    const ys = other === undefined ? [] : elements(other)
    return sameAval(t, other) && xs.length === ys.length && xs.every((x, k) => Object.is(x, ys[k]))
  })

/** The results that are declared are those computed. */
const judgeResults =
  (rule: CustomRule) =>
  (point: Point): Verdict => {
    const declared = rule.results(avals(point))
    if (E.isLeft(declared)) return fail(`refuses the operands: ${declared.left}`)
    // What runs first is looked at here: of a shape that was met before, later laws see only what comes after.
    const [computed, later] = [copied(rule.reference(copied(point))), rule.reference(copied(point))]
    if (!identical(computed, later))
      return fail(`the first run and the next differ: ${showPoint(computed)} and ${showPoint(later)}`)
    const same =
      computed.length === declared.right.length && computed.every((t, i) => sameAval(t, declared.right[i]))
    return same ? pass : fail(`declares ${shown(declared.right)}, computes ${shown(avals(computed))}`)
  }

/** The rule works on a copy, so that the verdict on a sample stays the same. */
const judgePurity =
  (rule: CustomRule) =>
  (point: Point): Verdict => {
    const given = copied(point)
    const first = copied(rule.reference(given))
    if (!identical(given, point)) return fail('changes its operands')
    const second = rule.reference(given)
    if (!identical(first, second))
      return fail(`two runs differ: ${showPoint(first)} and ${showPoint(second)}`)
    const [once, again] = [rule.results(avals(point)), rule.results(avals(point))]
    return JSON.stringify(once) === JSON.stringify(again)
      ? pass
      : fail('two declarations of the results differ')
  }

/** The primitive as a program of its operands. */
const programOf = (rule: CustomRule, like: Point): E.Either<string, Region> => {
  const parameters = like.map(({ shape, dtype }, i) => make.input(`operand ${i}`, shape, dtype))
  return pipe(
    callOf(rule, parameters),
    E.map((call) => ({ results: projections(call), parameters }))
  )
}

const callOf = (rule: CustomRule, xs: ReadonlyArray<Value>): E.Either<string, Custom> => {
  const call = make.custom(rule, xs)
  if (call._tag === 'Custom') return E.right(call)
  const [first] = call.errors
  return E.left(first === undefined ? 'not a primitive' : showBuildError(first))
}

const projections = (call: Custom): ReadonlyArray<Value> => call.results.map((_, i) => make.project(i, call))

const coarse = (reason: string): Verdict =>
  inconclusive(`derivatives are verified in double precision, which the rule refuses: ${reason}`)

/** Judges in double precision, where the rule takes it. */
const inDoublePrecision =
  (rule: CustomRule, judge: (point: Point) => Verdict) =>
  (given: Point): Verdict => {
    const point = given.map(widen)
    const declared = rule.results(avals(point))
    if (E.isLeft(declared))
      return E.isLeft(rule.results(avals(given))) ? fail(declared.left) : coarse(declared.left)
    return judge(point)
  }

const thorough = { coordinates: 64, sample: 16 } as const

const judgeSlopes =
  (rule: CustomRule, order: 1 | 2) =>
  (point: Point): Verdict =>
    pipe(
      programOf(rule, point),
      E.match(fail, (program) =>
        judgeDerivatives({ rules: calculus, order, ...thorough }, program, point, point.length)
      )
    )

/** Rules may do something else in single precision; those that refuse it are not asked. */
const judgeInSingle =
  (rule: CustomRule, order: 1 | 2) =>
  (given: Point): Verdict => {
    const point = given.map(narrow)
    const program = E.isLeft(rule.results(avals(point))) ? undefined : programOf(rule, point)
    return program === undefined || E.isLeft(program)
      ? pass
      : judgeWhereTold({ rules: calculus, order }, program.right, point, point.length)
  }

/** The map of each operand and result that has one. */
const mapsOf = (
  rule: CustomRule,
  point: Point
): E.Either<string, ReadonlyArray<{ readonly map: Linear; readonly name: string }>> =>
  pipe(
    callOf(
      rule,
      point.map((t) => make.constant(t))
    ),
    E.map((call) =>
      derivative(call).flatMap((row, j) =>
        row.flatMap((map, i) => (map._tag === 'Given' ? [{ map, name: `result ${i} by operand ${j}` }] : []))
      )
    )
  )

const judgeMaps =
  (rule: CustomRule, law: 'linear' | 'adjoint') =>
  (point: Point): Verdict => {
    const maps = mapsOf(rule, point)
    return E.isLeft(maps)
      ? fail(maps.left)
      : firstFailure(
          ...maps.right.map(
            ({ map, name }, k) =>
              () =>
                judgeMap(law, name, map, k + 1)
          )
        )
  }

/** Results and gradients of one example. */
const withGradients = ({ results, parameters }: Region): ReadonlyArray<Value> => {
  const moving = parameters.filter((x) => isFloat(x.dtype))
  const ys = results.filter((y) => isFloat(y.dtype))
  const cotangents = weights(1, ys).map((v, i) => make.convert(ys[i]?.dtype ?? 'f64', make.constant(v)))
  return [...results, ...vjp(calculus)(ys, moving, cotangents)]
}

const batchedInput = (count: number, x: Input): Input => make.input(x.name, [count, ...x.shape], x.dtype)

/** Examples of one batch have equal shapes. */
const alike = (points: ReadonlyArray<Point>): ReadonlyArray<Point> =>
  points.filter((p) => p.every((t, i) => sameAval(t, points[0]?.[i])) && p.length === points[0]?.length)

const judgeBatch =
  (rule: CustomRule) =>
  (given: ReadonlyArray<Point>): Verdict => {
    const points = alike(given)
    const [first = []] = points
    const program = programOf(rule, first)
    if (E.isLeft(program)) return fail(program.left)
    const { parameters } = program.right
    const single: Region = { results: withGradients(program.right), parameters }
    const wide = parameters.map((x) => batchedInput(points.length, x))
    const batched = compiled({
      results: vectorize(points.length, single, wide),
      parameters: wide
    })
    const values = pipe(
      E.Do,
      E.bind('whole', () =>
        E.chain((run: (p: Point) => E.Either<string, Point>) => run(rows(points)))(batched)
      ),
      E.bind('parts', () =>
        E.chain((run: (p: Point) => E.Either<string, Point>) => E.sequenceArray(points.map(run)))(
          compiled(single)
        )
      )
    )
    if (E.isLeft(values)) return fail(values.left)
    const { whole, parts } = values.right
    const verdicts = single.results.map(
      (y, k) => () =>
        agree(
          whole[k]!,
          stack(
            points.length,
            parts.map((p) => p[k]!),
            y
          )
        )
    )
    return firstFailure(...verdicts)
  }

const rows = (points: ReadonlyArray<Point>): Point =>
  (points[0] ?? []).map((like, i) =>
    stack(
      points.length,
      points.map((p) => p[i]!),
      like
    )
  )

/**
 * What a primitive of one's own must satisfy: it computes what it declares; it is a function; its maps are linear and adjoint to their
 * transposes; its derivatives agree with differences; a batch of it is one after another.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as fc from 'fast-check'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { fromFlat, scaling, toFlat, type CustomRule } from 'adjoint'
 * import { arbitrary, checkAll, customLaws, lawsOf } from 'adjoint/laws'
 *
 * const sine = (slope: CustomRule['derivative']): CustomRule => ({
 *   name: 'mySine',
 *   results: ([x]) => (x === undefined ? E.left('takes one operand') : E.right([x])),
 *   reference: ([x]) => (x === undefined ? [] : [pipe(toFlat(x).map((v) => Math.sin(Number(v))), fromFlat(x.shape, x.dtype), E.getOrElse(() => x))]),
 *   derivative: slope
 * })
 * // The derivative of the sine is the cosine, not the sine.
 * const wrong = sine((_, [y]) => [y === undefined ? [] : [scaling(y)]])
 * const laws = customLaws({ rule: wrong, arbitrary: fc.tuple(arbitrary.tensor({ shape: [2] })) })
 * const broken = checkAll({ numRuns: 5 })(laws).map(E.isLeft)
 * deepStrictEqual(lawsOf(laws).map(({ name }) => name).filter((_, i) => broken[i]), ['Custom mySine: derivative'])
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const customLaws = ({ rule, arbitrary, order = 2, numRuns = 50 }: CustomSource): LawSet => {
  const one = (
    what: string,
    [left, right]: readonly [string, string],
    judge: (point: Point) => Verdict,
    more: Partial<LawSource<Point>> = {}
  ): Law =>
    law({
      name: `Custom ${rule.name}: ${what}`,
      statement: { left, right },
      arbitrary,
      judge,
      show: showPoint,
      numRuns,
      ...more
    })
  const place = (point: Point): Point => point.map(widen)
  return {
    name: `Custom ${rule.name}`,
    parents: [],
    laws: [
      one('results', ['shape and dtype declared', 'shape and dtype computed'], judgeResults(rule)),
      one('purity', ['one run', 'the next, operands unchanged'], judgePurity(rule)),
      one('linearity', ['L (k u + w)', 'k L u + L w'], inDoublePrecision(rule, judgeMaps(rule, 'linear'))),
      one(
        'adjointness',
        ['<v, L u>', '<transpose(L) v, u>'],
        inDoublePrecision(rule, judgeMaps(rule, 'adjoint'))
      ),
      one(
        'derivative',
        [`derivatives of ${rule.name}, forward and reverse, to order ${order}`, 'extrapolated differences'],
        (point) =>
          firstFailure(
            () => inDoublePrecision(rule, judgeSlopes(rule, order))(point),
            () => judgeInSingle(rule, order)(point)
          ),
        {
          localise: (point) =>
            pipe(
              programOf(rule, place(point)),
              E.match(
                () => undefined,
                (program) => localise({ rules: calculus, order }, program, place(point))
              )
            ),
          shrinks: 100
        }
      ),
      law({
        name: `Custom ${rule.name}: batch`,
        statement: { left: 'vmap f and its gradient', right: 'map f and its gradient' },
        arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 3 }),
        judge: judgeBatch(rule),
        show: (points) => points.map(showPoint).join(' | '),
        numRuns
      })
    ]
  }
}
