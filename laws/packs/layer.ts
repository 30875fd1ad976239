/** Laws of layers: what a network takes for granted of its parts. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as make from '../../src/graph/make.js'
import { faultsOf } from '../../src/graph/check.js'
import { showAval, showBuildError } from '../../src/graph/error.js'
import { showError } from '../../src/graph/failure.js'
import { node, type Aval, type Expr, type Value } from '../../src/graph/Expr.js'
import { nodesOf } from '../../src/graph/leaves.js'
import { full, typed } from '../../src/graph/terms.js'
import { vmap } from '../../src/transform/vmap.js'
import { compile, evaluate, reference } from '../../src/program/compile.js'
import { key, nextKey, normal, type Key } from '../../src/ops/random.js'
import { layer as layerOf, type Layer, type Stage } from '../../src/nn/layer.js'
import { sequential } from '../../src/nn/sequential.js'
import type { SameFn } from '../../src/shape/index.js'
import { equalDims } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { leavesOf, mapLeaves, mismatch, refill } from '../../src/tensor/Tree.js'
import { fromValues, showTensor } from '../arbitrary/tensor.js'
import { gradientLaw } from '../gradient/gradient.js'
import { fail, firstFailure, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import { weights } from '../oracle/probe.js'
import type { Point } from '../oracle/run.js'
import { seeds } from '../grow/sample.js'
import { agree, stack } from '../own/batch.js'
import { sameOutcome, type Outcome } from './outcome.js'

type Slots = ReadonlyArray<unknown>
type Net = Layer<unknown, Slots>

/**
 * A layer to verify, and examples that it takes.
 *
 * @since 0.1.0
 * @category model
 */
export interface LayerSource {
  readonly layer: Layer<unknown, ReadonlyArray<unknown>>
  readonly arbitrary: fc.Arbitrary<Tensor>
  /** What laws call it; its label unless given. */
  readonly name?: string
  /** Whether parameters start at random, as they do unless told; those of a layer without any do not. */
  readonly initial?: 'random' | 'constant'
  /** 2 also verifies the derivative of the gradient. */
  readonly order?: 1 | 2
  readonly numRuns?: number
  /** How layers are composed, unless it is by `sequential`. */
  readonly compose?: (...stages: ReadonlyArray<Stage>) => Layer<unknown, ReadonlyArray<unknown>>
}

interface LayerSample {
  readonly x: Tensor
  readonly seed: number
}

const showLayer = ({ x, seed }: LayerSample): string => `${showTensor(x)}, parameters of key ${seed}`

const chain = (...stages: ReadonlyArray<Stage>): Net => sequential(...stages)

/** The tensors of a tree of expressions. */
const outcomeOf = (tree: unknown): Outcome => E.map((t: unknown) => leavesOf(t) as Point)(evaluate(tree))

/** Errors name the layers around them, which differ where brackets do. */
const same = (actual: Outcome, expected: Outcome): Verdict =>
  sameOutcome(actual, expected, { errors: 'kind' })

const moved = (t: Tensor, by: Tensor): Tensor => {
  const ws = elements(by)
  return fromValues(
    t.shape,
    t.dtype,
    Array.from(elements(t), (v, i) => v + ws[i]!)
  )
}

/** Parameters as they start, moved away from zeros and ones. */
const parametersAt = (net: Net, seed: number): E.Either<string, Slots> =>
  pipe(
    evaluate(net.init(key(seed))[0]),
    E.bimap(showError, (params) => {
      const leaves = leavesOf(params) as Point
      const ws = weights(seed, leaves)
      return refill(
        params,
        leaves.map((t, i) => (isFloat(t.dtype) ? moved(t, ws[i]!) : t))
      ) as Slots
    })
  )

/** A judgement that needs parameters. */
const withParameters =
  (net: Net, judge: (params: Slots, sample: LayerSample) => Verdict) =>
  (sample: LayerSample): Verdict =>
    pipe(
      parametersAt(net, sample.seed),
      E.match(fail, (params) => judge(params, sample))
    )

/** A layer that takes every example: another gain for each key. */
const gain: Net = layerOf<SameFn>()(
  'gain',
  (k: Key): [Expr, Key] => {
    const [now, later] = nextKey(k)
    return [normal([])(now), later]
  },
  (g) => (x) => {
    const y = node(x)
    return isFloat(y.dtype)
      ? make.binary('mul', y, make.broadcast(y.shape, [], make.convert(y.dtype, node(g))))
      : y
  }
)

/** Parameters and results, as they start from a key. */
const whole = (net: Net, { x, seed }: LayerSample): Outcome => {
  const params = net.init(key(seed))[0]
  return outcomeOf({ params, y: net.run(params)(x) })
}

const sameNet = (actual: Net, expected: Net, sample: LayerSample): Verdict =>
  actual.slots === expected.slots
    ? same(whole(actual, sample), whole(expected, sample))
    : fail(`${actual.slots} slots, expected ${expected.slots}`)

const judgeIdentity =
  (net: Net, compose: typeof chain) =>
  (sample: LayerSample): Verdict =>
    firstFailure(
      () => sameNet(compose(net), net, sample),
      () => sameNet(compose(compose(), net), net, sample),
      () => sameNet(compose(net, compose()), net, sample)
    )

const judgeAssociativity =
  (net: Net, compose: typeof chain) =>
  (sample: LayerSample): Verdict => {
    const flat = compose(gain, net, gain)
    return firstFailure(
      () => sameNet(compose(compose(gain, net), gain), flat, sample),
      () => sameNet(compose(gain, compose(net, gain)), flat, sample)
    )
  }

const floats = (tree: Slots, f: (x: Value) => Value): Slots =>
  mapLeaves(tree, (l) => {
    const x = node(l)
    return isFloat(x.dtype) ? f(x) : x
  }) as Slots

const half = (params: Slots): Slots => floats(params, (x) => make.binary('mul', full(0.5, x), x))
const shifted = (params: Slots): Slots => floats(params, (x) => make.binary('add', full(0.25, x), x))

const evaluated = (params: Slots): Slots =>
  pipe(
    evaluate(params),
    E.getOrElse((): Slots => params)
  )

/** In turn, in one expression, and compiled as a function of the parameters. */
const judgeReparametrisation = (net: Net, compose: typeof chain) =>
  withParameters(net, (params, { x, seed }) => {
    const after = evaluated(shifted(evaluated(half(params))))
    const expected = outcomeOf(net.run(after)(x))
    const compiled = (): Outcome =>
      pipe(
        compile((p: Slots, z: Expr) => net.run(shifted(half(p)))(z), reference)(params, x),
        E.chainW((run) => run(params, x)),
        E.map((y) => [y])
      )
    const parts = (): Verdict => {
      const [g, h] = [gain.init(key(seed))[0], gain.init(key(seed + 1))[0]]
      const together = compose(gain, net, gain).run([...half(g), ...shifted(params), ...half(h)])(x)
      const inTurn = gain.run(half(h))(net.run(shifted(params))(gain.run(half(g))(x)))
      return same(outcomeOf(together), outcomeOf(inTurn))
    }
    return firstFailure(
      () => same(outcomeOf(net.run(shifted(half(params)))(x)), expected),
      () => same(compiled(), expected),
      parts
    )
  })

const sameAval = (a: Aval | undefined, b: Aval | undefined): boolean =>
  a !== undefined && a.dtype === b?.dtype && equalDims(a.shape, b.shape)

const sameStructure = (a: Slots, b: Slots): Verdict => {
  const odd = mismatch(a, b)
  const ys = nodesOf(b)
  return odd !== undefined
    ? fail(`parameters of two keys differ in structure: ${odd}`)
    : nodesOf(a).every((x, i) => sameAval(x, ys[i]))
      ? pass
      : fail('parameters of two keys differ in shape or dtype')
}

const judgeInit =
  (net: Net, initial: 'random' | 'constant') =>
  ({ seed }: LayerSample): Verdict => {
    const [first, later] = net.init(key(seed))
    const others = [net.init(key(seed + 1))[0], net.init(later)[0]]
    const values = outcomeOf(first)
    const differs = (other: Slots): Verdict => {
      const repeats = same(outcomeOf(other), values)._tag === 'Pass'
      return repeats === (initial === 'constant')
        ? pass
        : fail(repeats ? 'the same values for another key' : 'other values for another key')
    }
    return firstFailure(
      () =>
        first.length === net.slots ? pass : fail(`parameters fill ${first.length} slots of ${net.slots}`),
      ...others.map((other) => () => sameStructure(first, other)),
      () => same(outcomeOf(net.init(key(seed))[0]), values),
      ...others.map((other) => () => (leavesOf(first).length === 0 ? pass : differs(other)))
    )
  }

const judgeShape = (net: Net) =>
  withParameters(net, (params, { x }) => {
    const y = node(net.run(params)(x))
    const [wrong] = faultsOf([y])
    if (wrong !== undefined) return fail(showBuildError(wrong))
    return pipe(
      outcomeOf(y),
      E.match(
        (e) => fail(showError(e)),
        ([value]) =>
          value !== undefined && sameAval(value, y)
            ? pass
            : fail(`declares ${showAval(y)}, computes ${value === undefined ? 'nothing' : showAval(value)}`)
      )
    )
  })

/** Examples of one batch have equal shapes. */
const alike = (xs: Point): Point => xs.filter((x) => sameAval(x, xs[0]))

const judgeBatch = (net: Net) => (sample: { readonly xs: Point; readonly seed: number }) => {
  const xs = alike(sample.xs)
  const [first] = xs
  if (first === undefined) return pass
  return withParameters(net, (params) => {
    const together = vmap((x: Expr) => net.run(params)(x))(typed(node(stack(xs.length, xs, first))))
    const results = pipe(
      E.Do,
      E.bind('batch', () => outcomeOf(together)),
      E.bind('one by one', () => outcomeOf(xs.map((x) => net.run(params)(x))))
    )
    return pipe(
      results,
      E.match(
        (e) => fail(showError(e)),
        ({ batch: [batch], 'one by one': parts }) =>
          batch === undefined ? fail('no result') : agree(batch, stack(xs.length, parts, parts[0] ?? batch))
      )
    )
  })({ x: first, seed: sample.seed })
}

/**
 * The laws of a layer, in one call: sequences with it are associative and have a unit; it is a function of its parameters and of nothing else,
 * however these are made; parameters fill its slots, with one structure for all keys and values of their own for each; its result has the shape
 * that is declared; a batch is its examples one by one; and its gradient, by parameters and example, agrees with differences.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from 'node:assert'
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { mul, ones, type Expr, type Key } from 'adjoint'
 * import { dense, layer } from 'adjoint/nn'
 * import type { SameFn } from 'adjoint/shape'
 * import { arbitrary, checkAll, layerLaws, lawsOf } from 'adjoint/laws'
 *
 * const examples = arbitrary.tensor({ shape: [3], dtype: 'f32' })
 * strictEqual(checkAll({ numRuns: 3 })(layerLaws({ layer: dense(3, 2), arbitrary: examples })).every(E.isRight), true)
 *
 * // A layer whose parameters start at one is not random.
 * const gain = layer<SameFn>()('gain', (k: Key): [Expr, Key] => [ones([]), k], (g) => (x) => pipe(x, mul(g)))
 * const laws = layerLaws({ layer: gain, arbitrary: examples, numRuns: 3 })
 * const broken = checkAll()(laws).map(E.isLeft)
 * deepStrictEqual(lawsOf(laws).map(({ name }) => name).filter((_, i) => broken[i]), ['Layer gain: initialisation'])
 * ```
 *
 * @since 0.1.0
 * @category laws
 */
export const layerLaws = (source: LayerSource): LawSet => {
  const { layer: net, arbitrary, initial = 'random', order = 2, numRuns = 20, compose = chain } = source
  const name = `Layer ${source.name ?? net.label}`
  const samples = fc.record({ x: arbitrary, seed: seeds })
  const one = (
    what: string,
    [left, right]: readonly [string, string],
    judge: (s: LayerSample) => Verdict
  ): Law =>
    law({
      name: `${name}: ${what}`,
      statement: { left, right },
      arbitrary: samples,
      judge,
      show: showLayer,
      numRuns
    })
  return {
    name,
    parents: [],
    laws: [
      one('identity', ['id . f = f . id', 'f'], judgeIdentity(net, compose)),
      one('associativity', ['(h . f) . g', 'h . (f . g)'], judgeAssociativity(net, compose)),
      one('reparametrisation', ['f . (r . s)', '(f . r) . s'], judgeReparametrisation(net, compose)),
      one(
        'initialisation',
        ['parameters of a key', `those of its slots, ${initial === 'random' ? 'its own' : 'of all keys'}`],
        judgeInit(net, initial)
      ),
      one('shape', ['shape and dtype declared', 'shape and dtype computed'], judgeShape(net)),
      law({
        name: `${name}: batch`,
        statement: { left: 'vmap f', right: 'map f' },
        arbitrary: fc.record({ xs: fc.array(arbitrary, { minLength: 1, maxLength: 3 }), seed: seeds }),
        judge: judgeBatch(net),
        show: ({ xs, seed }) => `${xs.map(showTensor).join(' ; ')}, parameters of key ${seed}`,
        numRuns
      }),
      gradientLaw({
        name: `${name}: gradient`,
        f: ({ params, x }: { readonly params: Slots; readonly x: Expr }) => net.run(params)(x),
        arbitrary: samples.map(({ x, seed }) => ({
          params: pipe(
            parametersAt(net, seed),
            E.getOrElse((): Slots => [])
          ),
          x
        })),
        order,
        numRuns
      })
    ]
  }
}
