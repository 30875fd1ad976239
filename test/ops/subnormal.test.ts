/** Weights are 0 or have all their digits, and so do the gradients that they scale. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import {
  compile,
  grad,
  logSumExp,
  maskedSoftmax,
  mean,
  ones,
  reference,
  softmax,
  spec,
  toFlat,
  wasm,
  type Expr
} from '../../src/index.js'
import { crossEntropyFromLogits } from '../../src/nn/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

const [rows, classes] = [4, 3] as const
type Logits<D extends 'f32' | 'f64'> = Expr<[4, 3], D>

/** Differences of logits on both sides of where exponentials are subnormal, and beyond. */
const logits = (least: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.array(
    fc.integer({ min: Math.floor(13 * least), max: 0 }).map((z) => z / 10),
    {
      minLength: rows * classes,
      maxLength: rows * classes
    }
  )

const programs = {
  softmax: (x: Logits<'f32'>) => softmax()(x),
  maskedSoftmax: (x: Logits<'f32'>) => maskedSoftmax(ones([rows, classes], 'bool'))(x),
  'the gradient of logSumExp': grad((x: Logits<'f32'>) => mean()(logSumExp(1)(x))),
  'the gradient of cross-entropy': grad((x: Logits<'f32'>) =>
    pipe(x, crossEntropyFromLogits(own([rows, classes], 'f32', new Float32Array(12).fill(1 / 3))), mean())
  )
}

const isSound = (smallest: number) => (v: number) => v === 0 || Math.abs(v) >= smallest

describe.each([wasm, reference])('$name', (engine) => {
  it.each(Object.entries(programs))('%s', (_, f) => {
    const run = unsafeRight(compile(f, engine)(spec([rows, classes])))
    fc.assert(
      fc.property(logits(-88), (values) => {
        const x = own<[4, 3], 'f32'>([rows, classes], 'f32', Float32Array.from(values))
        expect(toFlat(unsafeRight(run(x))).filter((v) => !isSound(2 ** -126)(v))).toEqual([])
      })
    )
  })

  it('softmax in f64', () => {
    const run = unsafeRight(compile((x: Logits<'f64'>) => softmax()(x), engine)(spec([rows, classes], 'f64')))
    fc.assert(
      fc.property(logits(-710), (values) => {
        const x = own<[4, 3], 'f64'>([rows, classes], 'f64', Float64Array.from(values))
        expect(toFlat(unsafeRight(run(x))).filter((v) => !isSound(2 ** -1022)(v))).toEqual([])
      })
    )
  })
})

it('weights that are not next to nothing are as they are', () => {
  const run = unsafeRight(compile((v: Expr<[2], 'f64'>) => softmax()(v), reference)(spec([2], 'f64')))
  const at = (z: number) => toFlat(unsafeRight(run(own([2], 'f64', Float64Array.of(0, z)))))[1]
  expect(at(-699)).toBe(Math.exp(-699))
  expect(at(-701)).toBe(0)
})
