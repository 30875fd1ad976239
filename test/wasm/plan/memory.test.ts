import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fail, law, pass, register } from '../../../laws/index.js'
import type { Lifetime } from '../../../src/wasm/kernel/plan.js'
import { layout, type Layout } from '../../../src/wasm/plan/memory.js'

const lifetimes: fc.Arbitrary<ReadonlyArray<Lifetime>> = fc
  .array(
    fc.record({
      bytes: fc.integer({ min: 0, max: 200 }),
      from: fc.integer({ min: -1, max: 30 }),
      length: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(40))
    }),
    { maxLength: 40 }
  )
  .map((xs) => xs.map(({ bytes, from, length }, buffer) => ({ buffer, bytes, from, to: from + length })))

const at = ({ addresses }: Layout, { buffer }: Lifetime): number => addresses.get(buffer) ?? NaN

const together = (a: Lifetime, b: Lifetime): boolean => a.from <= b.to && b.from <= a.to

/** What holds nothing is nowhere. */
const overlap = (plan: Layout, a: Lifetime, b: Lifetime): boolean =>
  a.bytes > 0 && b.bytes > 0 && at(plan, a) < at(plan, b) + b.bytes && at(plan, b) < at(plan, a) + a.bytes

const pairs = <A>(xs: ReadonlyArray<A>): ReadonlyArray<readonly [A, A]> =>
  xs.flatMap((a, i) => xs.slice(i + 1).map((b) => [a, b] as const))

const placed = (start: number) => (wanted: ReadonlyArray<Lifetime>, judge: (plan: Layout) => boolean) =>
  judge(layout(start, wanted)) ? pass : fail(JSON.stringify([...layout(start, wanted).addresses]))

const one = (
  name: string,
  left: string,
  right: string,
  judge: (plan: Layout, wanted: ReadonlyArray<Lifetime>) => boolean
) =>
  law({
    name,
    statement: { left, right },
    arbitrary: lifetimes,
    judge: (wanted) => placed(16)(wanted, (plan) => judge(plan, wanted)),
    numRuns: 500
  })

const memoryLaws = {
  name: 'memory plan',
  parents: [],
  laws: [
    one('buffers that live together', 'lie', 'apart', (plan, wanted) =>
      pairs(wanted).every(([a, b]) => !together(a, b) || !overlap(plan, a, b))
    ),
    one('every buffer', 'lies between the start and the end, at a multiple', 'of 16 bytes', (plan, wanted) =>
      wanted.every((w) => at(plan, w) >= 16 && at(plan, w) % 16 === 0 && at(plan, w) + w.bytes <= plan.end)
    ),
    one(
      'the plan',
      'is at most as large as',
      'all buffers side by side',
      (plan, wanted) => plan.end <= wanted.reduce((sum, w) => sum + Math.ceil(w.bytes / 16) * 16, 16)
    )
  ]
}

register(memoryLaws)(test)

test('places are used again: a chain of buffers, each read by the next kernel only, takes the room of two', () => {
  const chain = Array.from({ length: 1000 }, (_, i): Lifetime => ({
    buffer: i,
    bytes: 64,
    from: i,
    to: i + 1
  }))
  expect(layout(0, chain).end).toBe(128)
})

test('neighbouring gaps are joined', () => {
  const wanted: ReadonlyArray<Lifetime> = [
    { buffer: 0, bytes: 32, from: 0, to: 1 },
    { buffer: 1, bytes: 32, from: 0, to: 0 },
    { buffer: 2, bytes: 32, from: 0, to: 5 },
    { buffer: 3, bytes: 64, from: 2, to: 3 }
  ]
  const plan = layout(0, wanted)
  expect(plan.addresses.get(3)).toBe(0)
  expect(plan.end).toBe(96)
})
