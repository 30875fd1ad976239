/** Products and convolutions that go on with their results do what kernels one after the other did. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../../laws/law/index.js'
import { outcomeOn, sameOutcome } from '../../../laws/packs/outcome.js'
import { mostPoints, withEpilogues } from '../../../src/wasm/fuse/epilogue.js'
import { worksOf, type Kernel, type Work } from '../../../src/wasm/kernel/kernel.js'
import type { Lowered } from '../../../src/wasm/kernel/kernel.js'
import { reads, writes } from '../../../src/wasm/kernel/uses.js'
import { randomPrograms } from '../../support/expressions.js'
import { convolutionPrograms } from './convolutions.js'
import { apart, engine, loweredOf } from './engine.js'
import { productPrograms } from './products.js'

const sameBits = (program: Program): Verdict =>
  sameOutcome(outcomeOn(engine(withEpilogues))(program), outcomeOn(engine(apart))(program))

/** Nothing is read before it has been written, and what programs hand out is written. */
const readable = (program: Program): Verdict => {
  const [before, after] = [loweredOf(program), withEpilogues(loweredOf(program))]
  const made = new Set(before.kernels.flatMap(writes).map((a) => a.buffer))
  const done = new Set<number>()
  for (const k of after.kernels) {
    const early = reads(k).find(({ buffer }) => made.has(buffer) && !done.has(buffer))
    if (early !== undefined) return fail(`${k.name} reads ${early.buffer} before it is there`)
    for (const { buffer } of writes(k)) done.add(buffer)
  }
  const lost = after.outputs.find((id) => made.has(id) && !done.has(id))
  return lost === undefined ? pass : fail(`${lost} is never written`)
}

/** Those that a program has with the pass only: products that go on. */
const joinedIn = (lowered: Lowered, most?: number): ReadonlyArray<Kernel> => {
  const before = new Set(lowered.kernels)
  return withEpilogues(lowered, most).kernels.filter((k) => !before.has(k))
}

/** One kernel fewer for each product that goes on. */
const fewer = (program: Program): Verdict => {
  const lowered = loweredOf(program)
  const [before, after] = [lowered.kernels, withEpilogues(lowered).kernels]
  const joined = joinedIn(lowered).length
  return before.length - after.length === joined
    ? pass
    : fail(`${after.length} kernels of ${before.length}, ${joined} products that go on`)
}

const judge = (program: Program): Verdict =>
  firstFailure(
    () => sameBits(program),
    () => readable(program),
    () => fewer(program)
  )

const one = (name: string, arbitrary: fc.Arbitrary<Program>, numRuns: number) =>
  law({
    name,
    statement: { left: 'products that go on with their results', right: 'kernels one after the other' },
    arbitrary,
    judge,
    numRuns
  })

register({
  name: 'epilogues',
  parents: [],
  laws: [
    one('products', productPrograms, 500),
    one('convolutions', convolutionPrograms, 300),
    one('programs', randomPrograms({ length: 30 }), 300)
  ]
})(test)

/** The work of those that go on, in some programs. */
const sampled = (programs: fc.Arbitrary<Program>): ReadonlyArray<Work> =>
  fc
    .sample(programs, { numRuns: 400, seed: 1 })
    .flatMap((p) => joinedIn(loweredOf(p)))
    .flatMap(worksOf)

test('programs under the laws have products that go on: with several results, sums over rows and results over arguments', () => {
  const works = sampled(productPrograms)
  expect(works.length).toBeGreaterThan(200)
  expect(works.filter((w) => w.stores.length > 1).length).toBeGreaterThan(20)
  expect(works.filter((w) => w.reductions.length > 0).length).toBeGreaterThan(20)
})

/** Whether results lie in the order in which they are computed. */
const isInOrder = ({ stores }: Work): boolean =>
  stores.every(({ access: { steps } }) => steps.every((s, i) => i === 0 || s <= (steps[i - 1] ?? 0)))

test('and convolutions that go on: with several results, with arguments and with rows in another order', () => {
  const works = sampled(convolutionPrograms)
  expect(works.length).toBeGreaterThan(150)
  expect(works.filter((w) => w.stores.length > 1).length).toBeGreaterThan(30)
  expect(works.filter((w) => w.elements.some((e) => e._tag === 'Load')).length).toBeGreaterThan(70)
  expect(works.filter((w) => !isInOrder(w)).length).toBeGreaterThan(30)
})

test('large results of products stay apart, those of convolutions do not', () => {
  const some = fc.sample(productPrograms, { numRuns: 20, seed: 3 }).map(loweredOf)
  expect(some.some((lowered) => joinedIn(lowered).length > 0)).toBe(true)
  for (const lowered of some) expect(withEpilogues(lowered, 0)).toEqual(lowered)
  expect(mostPoints).toBeGreaterThan(1024)
  const others = fc.sample(convolutionPrograms, { numRuns: 20, seed: 3 }).map(loweredOf)
  expect(others.some((lowered) => joinedIn(lowered).length > 0)).toBe(true)
  for (const lowered of others) expect(withEpilogues(lowered, 0)).toEqual(withEpilogues(lowered))
})
