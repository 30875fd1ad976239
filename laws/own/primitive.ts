/** Laws of the primitives: the shape that is declared is the one computed, and derivatives agree with differences, up to second order. */
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { equalDims, showDims } from '../../src/tensor/dims.js'
import { calculus, type Calculus } from '../../src/transform/differentiate.js'
import { judgeDerivatives, type Judge } from '../gradient/derivatives.js'
import { judgeWhereTold } from '../gradient/ownPrecision.js'
import { inSingle, narrow } from '../oracle/retype.js'
import { localise } from '../gradient/localise.js'
import { compiled } from '../oracle/run.js'
import {
  fail,
  firstFailure,
  inconclusive,
  law,
  pass,
  type Law,
  type LawSet,
  type Verdict
} from '../law/index.js'
import { linearLaws } from './linear.js'
import { familySamples } from '../grow/family.js'
import { keys, showSample, type Sample } from '../grow/sample.js'
import { binarySample, unarySample } from '../grow/scalar.js'
import { binarySweep, partsOf, sampleOf, unarySweep, type Sweep } from '../grow/sweep.js'
import { binaryTraits, isOperator, unaryTraits } from '../grow/traits.js'

/** Declared shape and dtype are those of the value. */
const judgeAval = ({ results, parameters, point }: Sample): Verdict => {
  const run = compiled({ results, parameters })
  const values = E.isLeft(run) ? run : run.right(point)
  if (E.isLeft(values)) return fail(values.left)
  const i = results.findIndex(
    (y, k) => values.right[k]?.dtype !== y.dtype || !equalDims(values.right[k].shape, y.shape)
  )
  return i < 0
    ? pass
    : fail(
        `result ${i} is declared ${showDims(results[i]?.shape ?? [])} and is ${showDims(values.right[i]?.shape ?? [])}`
      )
}

const judgeSample =
  (judge: Judge) =>
  (sample: Sample): Verdict =>
    firstFailure(
      () => judgeAval(sample),
      () => judgeDerivatives(judge, sample, sample.point, sample.seed),
      // Rules may do something else in single precision.
      () => judgeWhereTold(judge, inSingle(sample), sample.point.map(narrow), sample.seed)
    )

const statement = {
  left: 'derivative of the primitive, forward and reverse, orders 1 and 2',
  right: 'extrapolated differences'
}

type Group = Sweep['groups'][number]

/** All points of a group at once, along one direction; in parts where they cannot be judged so. */
const judgeGroup = (judge: Judge, sweep: Sweep, points: Group): Verdict => {
  const whole = judgeSample(judge)(sampleOf(sweep, points))
  if (whole._tag !== 'Inconclusive') return whole
  const verdicts = partsOf(points).map((part) => judgeSample(judge)(sampleOf(sweep, part)))
  return verdicts.find((v) => v._tag === 'Fail') ?? verdicts.find((v) => v._tag !== 'Inconclusive') ?? whole
}

/** What some groups cannot tell, others may. */
const judgeSweep =
  (judge: Judge) =>
  (sweep: Sweep): Verdict => {
    const verdicts = sweep.groups.map((points) => judgeGroup(judge, sweep, points))
    return verdicts.find((v) => v._tag === 'Fail') ?? verdicts[0] ?? inconclusive('no point in the domain')
  }

const sweepLaw = (
  name: string,
  arbitrary: fc.Arbitrary<Sweep> | undefined,
  judge: Judge
): ReadonlyArray<Law> =>
  arbitrary === undefined
    ? []
    : [
        law({
          name: `${name}, all over its domain`,
          statement,
          arbitrary,
          judge: judgeSweep({ ...judge, coordinates: 0, sample: 1 }),
          show: ({ groups, seed }) => `${groups.flat().length} points (seed ${seed})`,
          numRuns: 1,
          shrinks: 0
        })
      ]

const primitiveLaw = (name: string, arbitrary: fc.Arbitrary<Sample>, judge: Judge): Law =>
  law({
    name,
    statement,
    arbitrary,
    judge: judgeSample(judge),
    localise: (sample) => localise(judge, sample, sample.point),
    show: showSample
  })

/**
 * The laws of every family and every scalar function, on top of those of the linear maps. A calculus with a fault must break one of them.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { lawsOf, primitiveLaws } from 'adjoint/laws'
 *
 * const exp = lawsOf(primitiveLaws()).find((one) => one.name === 'Unary exp')
 * strictEqual(exp !== undefined && E.isRight(exp.check({ numRuns: 5 })), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const primitiveLaws = (rules: Calculus = calculus): LawSet => {
  const judge: Judge = { rules, order: 2, coordinates: 4, sample: 3 }
  return {
    name: 'Primitive',
    parents: [linearLaws(rules)],
    laws: [
      ...keys(unaryTraits).map((op) => primitiveLaw(`Unary ${op}`, unarySample(op), judge)),
      ...keys(binaryTraits).map((op) => primitiveLaw(`Binary ${op}`, binarySample(op), judge)),
      ...keys(familySamples)
        .filter((family) => !isOperator(family))
        .map((family) => primitiveLaw(family, familySamples[family], judge)),
      ...keys(unaryTraits).flatMap((op) => sweepLaw(`Unary ${op}`, unarySweep(op), judge)),
      ...keys(binaryTraits).flatMap((op) => sweepLaw(`Binary ${op}`, binarySweep(op), judge))
    ]
  }
}
