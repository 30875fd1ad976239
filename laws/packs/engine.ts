/** Laws of engines: one does what the other does. */
import type * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Engine } from '../../src/program/compile.js'
import { elements, own } from '../../src/tensor/Tensor.js'
import { firstFailure, fail, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import type { Point } from '../oracle/run.js'
import { perDtype, oneOf, type Named } from '../grow/anywhere.js'
import { runsLaw } from './runs.js'
import { withinTerms } from './terms.js'
import { outcomeOn, sameOutcome, showProgram, type Agreement, type Program } from './outcome.js'

/**
 * How close the engines come, and on what else to try them: programs of a user's own, beside every operation in every dtype.
 *
 * @since 0.1.0
 * @category model
 */
export interface EngineOptions extends Agreement {
  /** Families of operations that the engine does not have, and says so when it compiles. */
  readonly lacks?: ReadonlyArray<Named['family']>
  readonly arbitrary?: fc.Arbitrary<Program>
  readonly numRuns?: number
}

const copied = (point: Point): Point => point.map((t) => own(t.shape, t.dtype, elements(t).slice()))

/** Bits are compared, whatever closeness is claimed: an engine agrees with itself. */
const judgePurity =
  (engine: Engine) =>
  (program: Program): Verdict => {
    const given = copied(program.point)
    const run = { ...program, point: given }
    const first = outcomeOn(engine)(run)
    const changed = sameOutcome({ _tag: 'Right', right: given }, { _tag: 'Right', right: program.point })
    return changed._tag === 'Fail'
      ? fail(`changes its arguments: ${changed.fault.message}`)
      : sameOutcome(outcomeOn(engine)(run), first)
  }

/** Inputs among the results, and results asked for twice. */
const repeated = (program: Program): Program => ({
  ...program,
  results: [...program.results, ...program.parameters, ...program.results]
})

/** What an engine lacks is an error when it compiles, not when it runs. */
const refused =
  (engine: Engine) =>
  ({ results, parameters }: Program): Verdict =>
    E.isLeft(engine.compile({ results, parameters })) ? pass : fail('compiles')

/** An input that nobody binds, beside what is there. */
const unbound = (program: Program): Program => ({
  ...program,
  results: [...program.results, make.unary('copy', make.input('unbound', [2], 'f32'))]
})

/** An expression in error: its operands have different shapes. */
const misshapen = (program: Program): Program => {
  const [a, b] = [make.iota(0, [2], 'f32'), make.iota(0, [3], 'f32')]
  return { ...program, results: [...program.results, make.binary('add', a, b)] }
}

/**
 * The laws that an engine keeps by doing what another does, such as the reference engine, which defines what operations mean: the same results
 * for every operation in every dtype, special values included, and for random programs; the same errors; results wherever they are asked for;
 * nothing but results: arguments are unchanged, and a second run gives the same bits; and results over runs (`runs`, `interleaved runs`):
 * random programs, by themselves and two in turns, are run on their own results, newest and older ones, in any place that these fit, and
 * results are looked at at once, later or never. Those programs compute with integers that floating-point numbers hold exactly, so there the
 * results are equal whatever closeness is claimed.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { reference, type Engine } from 'adjoint'
 * import { checkAll, engineLaws, lawsOf } from 'adjoint/laws'
 *
 * // An engine that never fails to compile where it should.
 * const lax: Engine = { name: 'lax', compile: ({ results, parameters }) => reference.compile({ results: results.filter((y) => y._tag !== 'Invalid'), parameters }) }
 * const laws = engineLaws(reference, lax, { numRuns: 2 })
 * const broken = checkAll()(laws).map(E.isLeft)
 * deepStrictEqual(lawsOf(laws).map(({ name }) => name).filter((_, i) => broken[i]), ['Engine lax: errors'])
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const engineLaws = (expected: Engine, actual: Engine, options: EngineOptions = {}): LawSet => {
  const { lacks = [], numRuns = 50, ...agreement } = options
  const known = perDtype.filter(({ family }) => !lacks.includes(family))
  const arbitrary = options.arbitrary ?? oneOf(known)
  const same = (program: Program): Verdict => {
    const [x, y] = [outcomeOn(actual)(program), outcomeOn(expected)(program)]
    const verdict = sameOutcome(x, y, agreement)
    return verdict._tag === 'Fail' && withinTerms(expected, program, agreement, x, y) ? pass : verdict
  }
  const one = (what: string, samples: fc.Arbitrary<Program>, judge: (program: Program) => Verdict): Law =>
    law({
      name: `Engine ${actual.name}: ${what}`,
      statement: { left: actual.name, right: expected.name },
      arbitrary: samples,
      judge,
      show: showProgram,
      numRuns
    })
  return {
    name: `Engine ${actual.name}`,
    parents: [],
    laws: [
      ...known.map(({ name, samples }) => one(name, samples, same)),
      ...perDtype
        .filter(({ family }) => lacks.includes(family))
        .map(({ name, samples }) => one(`${name} refused`, samples, refused(actual))),
      one('programs', arbitrary, same),
      one('results', arbitrary, (program) => same(repeated(program))),
      one('errors', arbitrary, (program) =>
        firstFailure(
          () => same(unbound(program)),
          () => same(misshapen(program))
        )
      ),
      one('purity', arbitrary, judgePurity(actual)),
      runsLaw(expected, actual, { programs: 1, lacks, numRuns }),
      runsLaw(expected, actual, { programs: 2, lacks, numRuns })
    ]
  }
}
