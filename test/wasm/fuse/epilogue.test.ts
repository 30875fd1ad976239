/** Products and convolutions that go on with their sums do what passes over their results did. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { firstFailure, law } from '../../../laws/law/index.js'
import { withEpilogues } from '../../../src/wasm/fuse/epilogue.js'
import type { Work } from '../../../src/wasm/lower/kernel.js'
import type { Lowered } from '../../../src/wasm/lower/lower.js'
import { finishedConvolutions, finishedProducts } from './finishes.js'
import { fewer, loweredOf, sameBits } from './passes.js'

const together = (lowered: Lowered): Lowered => withEpilogues(lowered)

const one = (name: string, arbitrary: fc.Arbitrary<Program>) =>
  law({
    name,
    statement: { left: 'work on sums in registers', right: 'the same in a pass of its own' },
    arbitrary,
    judge: (program) =>
      firstFailure(
        () => sameBits(together)(program),
        () => fewer(together)(program)
      ),
    numRuns: 300
  })

register({
  name: 'epilogues',
  parents: [],
  laws: [one('convolutions', finishedConvolutions), one('products', finishedProducts)]
})(test)

const finishesOf = (programs: fc.Arbitrary<Program>): ReadonlyArray<Work> =>
  fc
    .sample(programs, { numRuns: 300, seed: 1 })
    .flatMap((p) => together(loweredOf(p)).kernels.flatMap((k) => ('finish' in k ? [k.finish] : [])))

/** Whether results lie in the order in which they are computed. */
const isInOrder = ({ stores }: Work): boolean =>
  stores.every(({ access: { steps } }) => steps.every((s, i) => i === 0 || s <= (steps[i - 1] ?? 0)))

test('products and convolutions under the laws go on with their sums, in all ways', () => {
  for (const programs of [finishedConvolutions, finishedProducts]) {
    const own = finishesOf(programs).filter((w) => w.elements.length > 1)
    expect(own.length).toBeGreaterThan(100)
    expect(own.filter((w) => w.stores.length > 1).length).toBeGreaterThan(30)
    expect(own.filter((w) => w.elements.some((e) => e._tag === 'Load')).length).toBeGreaterThan(50)
  }
  const turned = finishesOf(finishedConvolutions).filter((w) => w.elements.length > 1 && !isInOrder(w))
  expect(turned.length).toBeGreaterThan(20)
})
