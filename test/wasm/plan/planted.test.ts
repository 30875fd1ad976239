/** Errors of planning, planted one at a time: the laws of plans or the checked build find each, and name the buffers. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Program } from '../../../laws/index.js'
import { sameOutcome, type Outcome } from '../../../laws/packs/outcome.js'
import { plays } from '../../../laws/grow/play.js'
import { exactPrograms } from '../../../laws/grow/shorten.js'
import type { Value } from '../../../src/graph/Expr.js'
import { below, valuesBelow } from '../../../src/graph/fold.js'
import type { Engine } from '../../../src/index.js'
import { equalDims } from '../../../src/tensor/dims.js'
import type { Tensor } from '../../../src/tensor/Tensor.js'
import type { Element, Kernel, Work } from '../../../src/wasm/kernel/kernel.js'
import { lower } from '../../../src/wasm/lower/lower.js'
import type { Lowered } from '../../../src/wasm/kernel/kernel.js'
import type { Lifetime } from '../../../src/wasm/kernel/plan.js'
import { planner, type Planner } from '../../../src/wasm/plan/plan.js'
import { compileModule, type Passes } from '../../../src/wasm/compile/compile.js'
import { describeIn } from '../../support/checked/buffers.js'
import { unsound } from '../../support/checked/plan.js'
import { checkedWith } from '../../support/checked/program.js'
import { seed } from '../../support/seed.js'
import { statefulPrograms } from '../stateful.js'

const planning = (changed: Partial<Planner>): Partial<Passes> => ({ planner: { ...planner, ...changed } })

const isTogether = (a: Lifetime, b: Lifetime): boolean => a.from <= b.to && b.from <= a.to

/** Of the buffers that kernels make, the first two that live at once. */
const pairOf = (wanted: ReadonlyArray<Lifetime>): readonly [Lifetime, Lifetime] | undefined => {
  const made = wanted.filter((l) => l.from >= 0 && l.bytes > 0)
  const pairs = made.flatMap((a, i) => made.slice(i + 1).map((b) => [a, b] as const))
  return pairs.find(([a, b]) => isTogether(a, b) && a.bytes === b.bytes)
}

const withoutOffset = (e: Element): Element =>
  e._tag === 'Load' ? { ...e, access: { ...e.access, offset: 0 } } : e

const withoutOffsets = <W extends Work>(work: W): W => ({
  ...work,
  elements: work.elements.map(withoutOffset)
})

/** Views that go backwards must begin at the end. */
const isForward = ({ elements }: Work): boolean =>
  elements.every((e) => e._tag !== 'Load' || e.access.steps.every((s) => s >= 0))

const dropped = (k: Kernel): Kernel => (k._tag === 'Nest' && isForward(k) ? withoutOffsets(k) : k)

const faults: Readonly<Record<string, Partial<Passes>>> = {
  'room for what is written over an argument not asked for': planning({
    donated: (kernels, donations) => planner.donated(kernels, donations, () => 0)
  }),
  'an address off by one element': planning({
    layout: (start, wanted) => {
      const { addresses, end } = planner.layout(start, wanted)
      // Of 32 bits, as an odd number of them says.
      const moved = wanted.find((l) => l.from >= 0 && l.bytes % 8 === 4)?.buffer
      return { addresses: new Map([...addresses].map(([b, at]) => [b, b === moved ? at + 4 : at])), end }
    }
  }),
  'a lifetime one kernel short': planning({
    lifetimes: (kernels, bytesOf, lasting) =>
      planner
        .lifetimes(kernels, bytesOf, lasting)
        .map((l) => (l.to > l.from && l.to < kernels.length ? { ...l, to: l.to - 1 } : l))
  }),
  'two buffers merged': planning({
    layout: (start, wanted) => {
      const { addresses, end } = planner.layout(start, wanted)
      const [a, b] = pairOf(wanted) ?? []
      const at = addresses.get(a?.buffer ?? -1)
      return { addresses: at === undefined ? addresses : new Map([...addresses, [b!.buffer, at]]), end }
    }
  }),
  'the offset of a view dropped': {
    lower: (listed, embed): Lowered => {
      const lowered = lower(listed, embed)
      return { ...lowered, kernels: lowered.kernels.map(dropped) }
    }
  },
  'a transfer that is too short': planning({
    transferred: (d, address, bytes) => planner.transferred(d, address, bytes - 4)
  }),
  'a transfer that is too long': planning({
    transferred: (d, address, bytes) => planner.transferred(d, address, bytes + 16)
  }),
  'an argument that is read after it has been written over': planning({
    donated: (_, donations) => new Map(donations.map((d) => [d.result, d.argument]))
  })
}

/** What a program comes to, three times on its own results where they fit; what traps says why. */
const runs = (run: Engine['compile'], program: Program): ReadonlyArray<Outcome> | string => {
  const made = run(program)
  const { point } = program
  if (E.isLeft(made)) return [made]
  const out: Array<Outcome> = []
  let now: ReadonlyArray<Tensor> = point
  try {
    for (let i = 0; i < 3; i++) {
      const result = made.right(now)
      out.push(result)
      if (E.isRight(result)) now = now.map((t, k) => fitting(t, result.right[k]) ?? t)
    }
  } catch (e) {
    return String(e)
  }
  return out
}

const fitting = (t: Tensor, y: Tensor | undefined): Tensor | undefined =>
  y?.dtype === t.dtype && equalDims(y.shape, t.shape) ? y : undefined

const differ = (xs: ReadonlyArray<Outcome>, ys: ReadonlyArray<Outcome>): boolean =>
  ys.some((y, i) => sameOutcome(xs[i]!, y)._tag === 'Fail')

const right = checkedWith({})

/** The first operation that comes to something else, by its buffer. */
const located = (passes: Partial<Passes>, { results, parameters, point }: Program): string => {
  const made = valuesBelow(results).filter((n) => below(n).length > 0)
  const isWrong = (n: Value): boolean => {
    const one = { results: [n], parameters, point }
    const [x, y] = [runs(checkedWith(passes, false), one), runs(right, one)]
    return typeof x === 'string' || typeof y === 'string' || differ(x, y)
  }
  const n = made.find(isWrong)
  const prepared = compileModule({ results: n === undefined ? results : [n], parameters }, passes)
  return E.isLeft(prepared) ? '' : `${describeIn(prepared.right)(prepared.right.lowered.outputs[0]!)} differs`
}

interface Found {
  readonly byLaw: ReadonlyArray<string>
  readonly byTrap: ReadonlyArray<string>
  readonly byResults: ReadonlyArray<string>
}

const search = (passes: Partial<Passes>, programs: ReadonlyArray<Program>): Found => {
  const [byLaw, byTrap, byResults]: ReadonlyArray<Array<string>> = [[], [], []]
  for (const program of programs) {
    const prepared = compileModule({ results: program.results, parameters: program.parameters }, passes)
    const unlawful = E.isLeft(prepared) ? [] : unsound(prepared.right)
    if (unlawful.length > 0) byLaw!.push(unlawful.join('\n'))
    const [found, wanted] = [runs(checkedWith(passes, false), program), runs(right, program)]
    if (typeof found === 'string') byTrap!.push(found)
    else if (
      unlawful.length === 0 &&
      byResults!.length < 3 &&
      typeof wanted !== 'string' &&
      differ(found, wanted)
    )
      byResults!.push(located(passes, program))
  }
  return { byLaw: byLaw!, byTrap: byTrap!, byResults: byResults! }
}

/** Programs of every family with results over arguments, and such as have parts of larger buffers for results. */
const samples: ReadonlyArray<Program> = [
  ...fc.sample(statefulPrograms, { numRuns: 100, seed }),
  ...fc
    .sample(plays({ programs: 1 }), { numRuns: 100, seed })
    .flatMap((play) => exactPrograms(play).map((p): Program => ({ ...p, point: play.starts[0]! })))
]

const names = /buffer \d+ \(.*\) at \d+ to \d+/

describe('planted errors of planning', () => {
  it('nothing is found where nothing is planted', () => {
    expect(search({}, samples)).toEqual({ byLaw: [], byTrap: [], byResults: [] })
  })

  it.each(Object.entries(faults))('%s', (_, passes) => {
    const { byLaw, byTrap, byResults } = search(passes, samples)
    const all = [...byLaw, ...byTrap, ...byResults]
    expect(all.length).toBeGreaterThan(0)
    expect(all.filter((said) => !names.test(said))).toEqual([])
  })
})
