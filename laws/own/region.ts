/** Laws of what has an inside: the same as written out, in value and in all derivatives; batched, each example by itself; merged, the same still. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { print } from '../../src/graph/print.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { merge } from '../../src/graph/merge.js'
import { scaled } from '../../src/graph/terms.js'
import { size } from '../../src/tensor/dims.js'
import * as make from '../../src/graph/make.js'
import { calculus, jvp, vjp, type Calculus } from '../../src/transform/differentiate.js'
import { vectorize } from '../../src/transform/vectorize.js'
import { bodyOf, callOf, chooseOf, indexBy, loopOf, type Body } from '../grow/body.js'
import { regionSamples, type Pair } from '../grow/regions.js'
import { keys, seeds, showSample } from '../grow/sample.js'
import { tensor } from '../arbitrary/tensor.js'
import { fail, firstFailure, law, pass as passes, type LawSet, type Verdict } from '../law/index.js'
import { equal } from '../oracle/equal.js'
import { weights } from '../oracle/probe.js'
import { compiled, flat, type Point } from '../oracle/run.js'
import { batches, judgeBatchBy, showBatch, type Vectorize } from './batch.js'

type Values = ReadonlyArray<Value>

/**
 * What a fault can be planted in, beside the calculus: how a batch is run, and which nodes of a graph are made one.
 *
 * @since 0.1.0
 * @category model
 */
export interface RegionSource {
  readonly vectorize?: Vectorize
  readonly merge?: (roots: Values) => Values
}

const fixed = (seed: number, likes: Values): Values => weights(seed, likes).map(make.constant)

/** What is asked of a program. */
type Question = (rules: Calculus, results: Values, xs: ReadonlyArray<Input>, seed: number) => Values

const push: Question = (rules, results, xs, seed) => jvp(rules)(results, xs, fixed(seed, xs))
const pull: Question = (rules, results, xs, seed) => vjp(rules)(results, xs, fixed(seed, results))

const forwards: Readonly<Record<string, Question>> = {
  value: (_, results) => results,
  tangent: push,
  'second tangent': (rules, results, xs, seed) => push(rules, push(rules, results, xs, seed), xs, seed + 1)
}

const backwards: Readonly<Record<string, Question>> = {
  gradient: pull,
  'gradient of some results': (rules, results, xs, seed) =>
    pull(rules, results.slice(-1), xs.slice(0, 2), seed),
  'tangent of the gradient': (rules, results, xs, seed) =>
    push(rules, pull(rules, results, xs, seed), xs, seed + 1),
  'gradient of the gradient': (rules, results, xs, seed) =>
    pull(rules, pull(rules, results, xs, seed), xs, seed + 1)
}

/** All elements of some values as one. */
const joined = (xs: Values): Value =>
  make.concat(
    0,
    xs.map((x) => make.reshape([size(x.shape)], x))
  )

const judgeWritten =
  (rules: Calculus) =>
  ({ results, written, parameters, point, seed, reverses }: Pair): Verdict =>
    firstFailure(
      ...Object.entries({ ...forwards, ...(reverses ? backwards : {}) }).map(([what, ask]) => () => {
        const [left, right] = [results, written].map((ys) => joined(ask(rules, ys, parameters, seed)))
        return equal(`${what} differs`, what, { left: left!, right: right!, terms: [], parameters, point })
      })
    )

/** Bodies that are the same, or differ in little: a constant, the order of arguments. */
const alikes = ['same', 'another constant', 'arguments exchanged', 'another body'] as const

/** Two nodes on the same operands. */
interface Twins {
  readonly how: (typeof alikes)[number]
  readonly results: ReadonlyArray<Value>
  readonly parameters: ReadonlyArray<Input>
  readonly point: Point
}

const makers: ReadonlyArray<(f: Body, w: Value, h: Value, xs: Value) => Value> = [
  (f, w, h) => callOf(f, [w, h]),
  (f, w, h) => chooseOf(indexBy(w), [f, ([x, y]) => make.binary('sub', y!, x!)], [w, h]),
  (f, w, h, xs) => loopOf({ next: f, output: f }, false, [w], h, xs)[0]!,
  (f, w, h, xs) => loopOf({ next: f, output: f }, true, [w], h, xs)[1]!
]

const other = (how: Twins['how'], f: Body, g: Body): Body =>
  how === 'another body'
    ? g
    : (xs) =>
        scaled(
          how === 'another constant' ? 0.25 : 0.5,
          f(how === 'arguments exchanged' ? [...xs].reverse() : xs)
        )

const twins: fc.Arbitrary<Twins> = fc
  .record({
    how: fc.constantFrom(...alikes),
    bodies: fc.tuple(seeds, seeds, fc.integer({ min: 0, max: 1 })),
    maker: fc.constantFrom(...makers),
    point: fc.tuple(...[[2], [2], [3, 2]].map((s) => tensor({ shape: s, dtype: 'f64' })))
  })
  .map(({ how, bodies: [first, second, depth], maker, point }) => {
    const parameters = point.map((t, i) => make.input(`x${i}`, t.shape, 'f64'))
    const [w, h, xs] = parameters
    const [f, g] = [bodyOf(first, depth), bodyOf(second, depth)]
    const results = [other('same', f, g), other(how, f, g)].map((body) => maker(body, w!, h!, xs!))
    return { how, results, parameters, point }
  })

const valuesOf = (results: Values, { parameters, point }: Twins): E.Either<string, Point> =>
  E.chain((run: (p: Point) => E.Either<string, Point>) => run(point))(compiled({ results, parameters }))

/** What is the same becomes one node; what is not keeps its values. */
const judgeMerging =
  (pass: NonNullable<RegionSource['merge']>) =>
  (sample: Twins): Verdict => {
    const merged = pass(sample.results)
    const [before, after] = [valuesOf(sample.results, sample), valuesOf(merged, sample)]
    if (E.isLeft(before)) return fail(before.left)
    if (E.isLeft(after)) return fail(after.left)
    const [xs, ys] = [flat(before.right), flat(after.right)]
    if (!xs.every((x, i) => Object.is(x, ys[i]))) return fail(`two bodies (${sample.how}) are taken for one`)
    return sample.how === 'same' && merged[0] !== merged[1] ? fail('a body is not known again') : passes
  }

/**
 * The laws of calls, branches and loops, over random bodies with insides of their own. Each is the same as written out: in value, and in forward and
 * reverse mode to the second order; a loop of unknown length is one with a bound, forward. A batch is each example by itself, whichever operands have
 * one, also where examples take other branches or other numbers of steps. Two nodes are made one where their bodies do the same, and only there.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { checkAll, regionLaws } from 'adjoint/laws'
 *
 * strictEqual(checkAll({ numRuns: 2 })(regionLaws()).every(E.isRight), true)
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const regionLaws = (rules: Calculus = calculus, source: RegionSource = {}): LawSet => {
  const { vectorize: way = vectorize, merge: pass = merge } = source
  return {
    name: 'Region',
    parents: [],
    laws: [
      ...keys(regionSamples).flatMap((what) => [
        law({
          name: `Region ${what}: written out`,
          statement: { left: `${what}, and its derivatives`, right: 'those of the same, written out' },
          arbitrary: regionSamples[what],
          judge: judgeWritten(rules),
          show: (sample) => `${print([...sample.results])} at ${showSample(sample)}`,
          numRuns: 12
        }),
        law({
          name: `Region ${what}: batch`,
          statement: { left: 'vectorize f', right: 'map f' },
          arbitrary: batches(regionSamples[what]),
          judge: judgeBatchBy(way),
          show: (sample) => `${print([...sample.sample.results])}; ${showBatch(sample)}`,
          numRuns: 40
        })
      ]),
      law({
        name: 'Region merging',
        statement: { left: 'merge(f, g)', right: 'one node where f = g, else two' },
        arbitrary: twins,
        judge: judgeMerging(pass),
        show: ({ how, results }) => `${how}: ${print([...results])}`,
        numRuns: 60
      })
    ]
  }
}
