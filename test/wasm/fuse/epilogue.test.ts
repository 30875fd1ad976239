/** Products that go on with their results do what kernels one after the other did. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../../laws/law/index.js'
import { outcomeOn, sameOutcome } from '../../../laws/packs/outcome.js'
import { mostPoints, withEpilogues } from '../../../src/wasm/fuse/epilogue.js'
import { storedIn } from '../../../src/wasm/lower/copy.js'
import { worksOf, type Kernel } from '../../../src/wasm/lower/kernel.js'
import { reads, writes } from '../../../src/wasm/plan/memory.js'
import { randomPrograms } from '../../support/expressions.js'
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

const isJoined = (k: Kernel): boolean => k._tag === 'Product' && storedIn(k.finish) === undefined

/** One kernel fewer for each product that goes on. */
const fewer = (program: Program): Verdict => {
  const [before, after] = [loweredOf(program).kernels, withEpilogues(loweredOf(program)).kernels]
  const joined = after.filter(isJoined).length
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
  laws: [one('products', productPrograms, 1000), one('programs', randomPrograms({ length: 30 }), 300)]
})(test)

test('programs under the laws have products that go on: with several results, sums over rows and results over arguments', () => {
  const kernels = fc
    .sample(productPrograms, { numRuns: 400, seed: 1 })
    .flatMap((p) => withEpilogues(loweredOf(p)).kernels.filter(isJoined))
  const some = (f: (w: ReturnType<typeof worksOf>[number]) => boolean): number =>
    kernels.filter((k) => worksOf(k).some(f)).length
  expect(kernels.length).toBeGreaterThan(200)
  expect(some((w) => w.stores.length > 1)).toBeGreaterThan(20)
  expect(some((w) => w.reductions.length > 0)).toBeGreaterThan(20)
})

test('large results stay apart', () => {
  const some = fc.sample(productPrograms, { numRuns: 20, seed: 3 }).map(loweredOf)
  expect(some.some((lowered) => withEpilogues(lowered).kernels.some(isJoined))).toBe(true)
  for (const lowered of some) expect(withEpilogues(lowered, 0)).toEqual(lowered)
  expect(mostPoints).toBeGreaterThan(1024)
})
