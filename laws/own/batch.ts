/** Laws of batching: running a whole batch at once is running each example by itself. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import * as make from '../../src/graph/make.js'
import type { Input } from '../../src/graph/Expr.js'
import { size } from '../../src/tensor/dims.js'
import { allocate } from '../../src/tensor/DType.js'
import { elements, own, type Tensor } from '../../src/tensor/Tensor.js'
import { vectorize } from '../../src/transform/vectorize.js'
import { showTensor } from '../arbitrary/tensor.js'
import { compiled, type Point } from '../oracle/run.js'
import { fail, law, pass, type Law, type LawSet, type Verdict } from '../law/index.js'
import { familySamples } from '../grow/family.js'
import { keys, showSample, type Sample } from '../grow/sample.js'

/** A sample, how many examples, and which parameters differ between them. */
export interface BatchSample {
  readonly sample: Sample
  readonly count: number
  readonly varies: ReadonlyArray<boolean>
}

export const showBatch = ({ sample, count, varies }: BatchSample): string =>
  `${count} examples, batched ${varies.join(', ')}: ${showSample(sample)}`

/** Example `i` of an input: the elements rotated, which keeps every domain. */
const example = (t: Tensor, i: number): Tensor => {
  const xs = elements(t)
  const out = allocate(t.dtype, xs.length)
  for (let k = 0; k < xs.length; k++) out[k] = xs[(k + i) % xs.length]!
  return own(t.shape, t.dtype, out)
}

export const stack = (count: number, ts: Point, like: Pick<Tensor, 'shape' | 'dtype'>): Tensor => {
  const shape = like.shape
  const out = allocate(like.dtype, count * size(shape))
  ts.forEach((t, i) => {
    out.set(elements(t), i * size(shape))
  })
  return own([count, ...shape], like.dtype, out)
}

/** A few roundings: a product may be blocked differently. */
const close = (a: number, b: number): boolean =>
  Object.is(a, b) || a === b || Math.abs(a - b) <= 8 * Number.EPSILON * (1 + Math.abs(b))

export const agree = (whole: Tensor, parts: Tensor): Verdict => {
  const [xs, ys] = [elements(whole), elements(parts)]
  const i =
    xs.length === ys.length && whole.dtype === parts.dtype
      ? xs.findIndex((x: number, k: number) => !close(x, ys[k]!))
      : 0
  return i < 0 || xs.length + ys.length === 0
    ? pass
    : fail(`batched ${showTensor(whole)}, one by one ${showTensor(parts)}`)
}

/** How a graph of one example is run on a whole batch: the library's own way, unless a law kit plants a fault. */
export type Vectorize = typeof vectorize

export const judgeBatchBy =
  (way: Vectorize) =>
  ({ sample, count, varies }: BatchSample): Verdict => {
    const { results, parameters, point } = sample
    const placeholders = parameters.filter((_, i) => varies[i])
    const wide = parameters.map((x, i): Input =>
      varies[i] === true ? make.input(x.name, [count, ...x.shape], x.dtype) : x
    )
    const batched = way(
      count,
      { parameters: placeholders, results },
      wide.filter((_, i) => varies[i])
    )
    const examples = Array.from({ length: count }, (_, k) =>
      point.map((t, i) => (varies[i] === true ? example(t, k) : t))
    )
    const single = compiled({ results, parameters })
    const whole = compiled({ results: batched, parameters: wide })
    if (E.isLeft(single)) return fail(single.left)
    if (E.isLeft(whole)) return fail(whole.left)
    const together = whole.right(
      point.map((t, i) =>
        varies[i] === true
          ? stack(
              count,
              examples.map((p) => p[i]!),
              t
            )
          : t
      )
    )
    const separate = E.sequenceArray(examples.map(single.right))
    if (E.isLeft(together)) return fail(together.left)
    if (E.isLeft(separate)) return fail(separate.left)
    const verdicts = results.map((y, j) =>
      agree(
        together.right[j]!,
        stack(
          count,
          separate.right.map((p) => p[j]!),
          y
        )
      )
    )
    return verdicts.find((v) => v._tag === 'Fail') ?? pass
  }

export const judgeBatch = judgeBatchBy(vectorize)

export const batches = (samples: fc.Arbitrary<Sample>): fc.Arbitrary<BatchSample> =>
  samples.chain((sample) =>
    fc.record({
      sample: fc.constant(sample),
      count: fc.integer({ min: 0, max: 3 }),
      varies: fc.array(fc.boolean(), {
        minLength: sample.parameters.length,
        maxLength: sample.parameters.length
      })
    })
  )

const batchLaw = (family: keyof typeof familySamples): Law =>
  law({
    name: `Batch ${family}`,
    statement: { left: 'vectorize f', right: 'map f' },
    arbitrary: batches(familySamples[family]),
    judge: judgeBatch,
    show: showBatch
  })

/**
 * `vectorize f = map f` for every family, whichever of its operands are batched.
 *
 * @since 0.1.0
 * @category laws
 */
export const batchLaws: LawSet = {
  name: 'Batch',
  parents: [],
  laws: keys(familySamples).map(batchLaw)
}
