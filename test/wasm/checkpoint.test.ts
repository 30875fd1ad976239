/** The memory that loops take which keep fewer states: less where they are long beside their chunks, and more where they are not. */
import * as fc from 'fast-check'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { bodyOf } from '../../laws/grow/body.js'
import { node } from '../../src/graph/Expr.js'
import { typed } from '../../src/graph/terms.js'
import * as A from '../../src/index.js'
import { unsafeRight } from '../support/outcome.js'

type Keep = A.ScanOptions['keep']
type V = A.Expr<[16], 'f32'>
type M = A.Expr<[16, 16], 'f32'>
type Rows = A.Expr<[number, 16], 'f32'>

/** `c' = step(w, c, x)` */
type Step = (w: M, c: V, x: V) => V

const cell: Step = (w, c, x) => pipe(c, A.matmul(w), A.add(x), A.tanh)

/** The peak of the gradient of a loop by what it captures, in bytes. */
const peakOf = (step: Step, length: number, keep: Keep): number => {
  const last = (w: M, h: V, xs: Rows): V =>
    A.scan((c: V, x: V) => [step(w, c, x), []], keep === undefined ? {} : { keep })(h, xs)[0]
  const gradient = (w: M, h: V, xs: Rows) =>
    A.grad((v: M): A.Expr<[], 'f32'> => pipe(last(v, h, xs), A.square, A.sum()))(w)
  const explained = A.explain(gradient)(
    A.spec([16, 16]),
    A.spec([16]),
    A.spec<[number, 16], 'f32'>([length, 16], 'f32')
  )
  return unsafeRight(explained).peakBytes
}

const steps = 1000
const plain = peakOf(cell, steps, undefined)

/** Inputs, whatever is kept of the states: there are 64 bytes of them for each step. */
const ofInputs = 64 * steps

it('a recurrent network of 1,000 steps takes so many bytes at the peak', async () => {
  const kept: ReadonlyArray<Keep> = [1, 2, 5, 10, 32, 100, 500, 999].map((every) => ({ every }))
  const rows = [
    `all states: ${String(plain)}`,
    ...kept.map((keep) => `${JSON.stringify(keep)}: ${String(peakOf(cell, steps, keep))}`)
  ]
  const text = `inputs: ${String(ofInputs)}\n${rows.join('\n')}\n`
  await expect(text).toMatchFileSnapshot('golden/peaks of a long loop.txt')
})

describe('the plan of a loop that keeps fewer states', () => {
  it('is a sixth of what it was beside the inputs, in chunks of the root of the length', () => {
    expect(peakOf(cell, steps, { every: 32 }) - ofInputs).toBeLessThan((plain - ofInputs) / 6)
  })

  /** Forward and backward, a chunk has room of its own: what it needs once is no less than what a few states are. */
  it.each([
    [12, 3],
    [1000, 999]
  ])('is larger for %d steps in chunks of %d', (length, every) => {
    expect(peakOf(cell, length, { every })).toBeGreaterThan(peakOf(cell, length, undefined))
  })

  it('is no larger for any body, where there are many chunks of many steps', () => {
    const bodies = fc.tuple(fc.integer({ min: 0, max: 2 ** 20 }), fc.integer({ min: 0, max: 1 }))
    fc.assert(
      fc.property(bodies, fc.integer({ min: 8, max: 32 }), ([seed, depth], every) => {
        const inner = bodyOf(seed, depth)
        const step: Step = (w, c, x) => {
          const mixed = pipe(c, A.matmul(w))
          return typed<V>(inner([mixed, x, c].map((y) => node(y))))
        }
        const [fewer, all] = [{ every }, undefined].map((keep) => peakOf(step, 256, keep))
        expect(fewer).toBeLessThanOrEqual(all!)
      }),
      { numRuns: 20 }
    )
  })
})
