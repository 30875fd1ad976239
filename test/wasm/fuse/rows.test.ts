/** Kernels that go through rows together do what their parts did one after the other. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, firstFailure, law, pass, type Verdict } from '../../../laws/law/index.js'
import { outcomeOn, sameOutcome } from '../../../laws/packs/outcome.js'
import { rowsWithin } from '../../../src/wasm/fuse/rows.js'
import type { Kernel } from '../../../src/wasm/kernel/kernel.js'
import type { Lowered } from '../../../src/wasm/kernel/kernel.js'
import { reads, writes } from '../../../src/wasm/kernel/uses.js'
import { randomPrograms } from '../../support/expressions.js'
import { apart, engine, loweredOf } from './engine.js'
import { rowPrograms, small } from './programs.js'

const together = rowsWithin(small)
const sameBits = (program: Program): Verdict =>
  sameOutcome(outcomeOn(engine(together))(program), outcomeOn(engine(apart))(program))

/** One after the other, stages as the kernels that they were. */
const parts = ({ kernels }: Lowered): ReadonlyArray<Kernel> =>
  kernels.flatMap((k): ReadonlyArray<Kernel> => (k._tag === 'Rows' ? k.stages : [k]))

/** What each kernel reads, with how often that has been written before; and what it writes. */
const seen = (lowered: Lowered): ReadonlyArray<string> => {
  const count = new Map<number, number>()
  return parts(lowered)
    .map((k) => {
      const read = [...new Set(reads(k).map((a) => a.buffer))].map((id) => `${id} of ${count.get(id) ?? 0}`)
      const written = [...new Set(writes(k).map((a) => a.buffer))]
      const before = written.map((id) => `${id} after ${count.get(id) ?? 0}`)
      for (const id of written) count.set(id, (count.get(id) ?? 0) + 1)
      return `${k.name} reads ${read.join(', ')} writes ${before.join(', ')}`
    })
    .sort()
}

/** Whatever is read has been written as often as before. */
const sameOrder = (program: Program): Verdict => {
  const lowered = loweredOf(program)
  const [x, y] = [seen(together(lowered)), seen(lowered)]
  const odd = x.findIndex((s, i) => s !== y[i])
  return odd < 0 && x.length === y.length ? pass : fail(`${x[odd] ?? ''} instead of ${y[odd] ?? ''}`)
}

const fewer = (program: Program): Verdict => {
  const lowered = loweredOf(program)
  const [n, m] = [together(lowered).kernels.length, lowered.kernels.length]
  return n <= m ? pass : fail(`${n} kernels instead of ${m}`)
}

const judge = (program: Program): Verdict =>
  firstFailure(
    () => sameBits(program),
    () => sameOrder(program),
    () => fewer(program)
  )

const one = (name: string, arbitrary: fc.Arbitrary<Program>, numRuns: number) =>
  law({
    name,
    statement: { left: 'kernels that go through rows together', right: 'the same one after the other' },
    arbitrary,
    judge,
    numRuns
  })

register({
  name: 'rows',
  parents: [],
  laws: [one('rows', rowPrograms, 1000), one('programs', randomPrograms({ length: 30 }), 500)]
})(test)

test('programs under the laws have rows, of several blocks and with values that pass', () => {
  const kernels = fc
    .sample(rowPrograms, { numRuns: 400, seed: 1 })
    .flatMap((p) => together(loweredOf(p)).kernels.flatMap((k) => (k._tag === 'Rows' ? [k] : [])))
  expect(kernels.length).toBeGreaterThan(100)
  expect(kernels.filter((k) => k.passing.size > 0).length).toBeGreaterThan(50)
  expect(kernels.filter((k) => k.stages.length > 3).length).toBeGreaterThan(10)
})
