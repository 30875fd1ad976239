/** Laws of passes over graphs that claim to keep the meaning. */
import type * as fc from 'fast-check'
import { showAval, showBuildError } from '../../src/graph/error.js'
import { faultsOf } from '../../src/graph/check.js'
import { node, type Expr, type Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { merge } from '../../src/graph/merge.js'
import { reference } from '../../src/program/compile.js'
import { equalDims } from '../../src/tensor/dims.js'
import { fail, law, pass as holds, type Law, type LawSet, type Verdict } from '../law/index.js'
import { anyOperation } from '../grow/anywhere.js'
import { outcomeOn, sameOutcome, showProgram, type Program } from './outcome.js'

/**
 * A pass over graphs, and programs to try it on: every operation in every dtype unless given.
 *
 * @since 0.1.0
 * @category model
 */
export interface SimplifySource {
  readonly name: string
  /** From the results of a program to as many that mean the same. */
  readonly pass: (roots: ReadonlyArray<Expr>) => ReadonlyArray<Expr>
  readonly arbitrary?: fc.Arbitrary<Program>
  /** How many floating-point numbers results may be from those before; 0, unless given, stands for the same bits. */
  readonly ulps?: number
  readonly numRuns?: number
}

type Pass = (roots: ReadonlyArray<Value>) => ReadonlyArray<Value>

/** Which of several errors a run meets first is not part of the meaning. */
const judgeMeaning =
  (pass: Pass, ulps: number) =>
  (program: Program): Verdict =>
    sameOutcome(
      outcomeOn(reference)({ ...program, results: pass(program.results) }),
      outcomeOn(reference)(program),
      { ulps, errors: 'kind' }
    )

/** Operations, equal ones counted once. */
const count = (roots: ReadonlyArray<Value>): number => topological(merge(roots)).length

const judgeSize =
  (pass: Pass) =>
  ({ results }: Program): Verdict => {
    const [before, after] = [count(results), count(pass(results))]
    return after <= before ? holds : fail(`${after} nodes, ${before} before`)
  }

/** Merged together, equal graphs are the same nodes. */
const judgeIdempotence =
  (pass: Pass) =>
  ({ results }: Program): Verdict => {
    const once = pass(results)
    const merged = merge([...once, ...pass(once)])
    const i = once.findIndex((_, k) => merged[k] !== merged[once.length + k])
    return i < 0 ? holds : fail(`a second pass changes result ${i}`)
  }

const judgeForm =
  (pass: Pass) =>
  ({ results }: Program): Verdict => {
    const after = pass(results)
    if (after.length !== results.length) return fail(`${after.length} results, ${results.length} before`)
    const i = results.findIndex((y, k) => after[k]?.dtype !== y.dtype || !equalDims(after[k].shape, y.shape))
    const [before, now] = [results[i], after[i]]
    if (before !== undefined && now !== undefined)
      return fail(`result ${i} is ${showAval(now)}, ${showAval(before)} before`)
    const [wrong] = faultsOf(after)
    return wrong === undefined ? holds : fail(showBuildError(wrong))
  }

/**
 * What a simplification must satisfy: results keep their values, bit for bit unless said otherwise, and fail where they failed; a graph never
 * grows; a second pass changes nothing; and every node is what its constructor makes of its operands, as `check` says.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { neg, simplify } from 'adjoint'
 * import { checkAll, simplifyLaws } from 'adjoint/laws'
 *
 * const laws = simplifyLaws({ name: 'simplify', pass: simplify, numRuns: 10 })
 * strictEqual(checkAll()(laws).every(E.isRight), true)
 * // A pass that adds to every graph keeps its meaning, but neither its size nor itself when done again.
 * const growing = simplifyLaws({ name: 'growing', pass: (ys) => ys.map((y) => (y.dtype === 'f64' ? neg(neg(y)) : y)), numRuns: 50 })
 * deepStrictEqual(checkAll()(growing).map(E.isRight), [true, false, false, true])
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const simplifyLaws = (source: SimplifySource): LawSet => {
  const { name, arbitrary = anyOperation, ulps = 0, numRuns = 300 } = source
  const pass: Pass = (roots) => source.pass(roots).map(node)
  const one = (what: string, left: string, right: string, judge: (program: Program) => Verdict): Law =>
    law({
      name: `Simplify ${name}: ${what}`,
      statement: { left, right },
      arbitrary,
      judge,
      show: showProgram,
      numRuns
    })
  return {
    name: `Simplify ${name}`,
    parents: [],
    laws: [
      one('meaning', 'run(pass(g))', 'run(g)', judgeMeaning(pass, ulps)),
      one('size', 'nodes of pass(g)', 'at most those of g', judgeSize(pass)),
      one('idempotence', 'pass(pass(g))', 'pass(g)', judgeIdempotence(pass)),
      one('form', 'pass(g)', 'as its constructors make it', judgeForm(pass))
    ]
  }
}
