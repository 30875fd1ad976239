/** What random plays are made of: a generator that becomes dull finds nothing. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactFamilies } from '../../laws/grow/bound.js'
import { drawings, plays, type Drawing } from '../../laws/grow/play.js'
import { stepsOf, type Step } from '../../laws/grow/moves.js'
import { exactPrograms, smallerPlays, type Play } from '../../laws/grow/shorten.js'
import { isLike, type Stateful, type Successor } from '../../laws/grow/states.js'
import type { Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { canonical } from '../../src/graph/merge.js'
import { size } from '../../src/tensor/dims.js'

const all: ReadonlyArray<Drawing> = fc.sample(drawings({ programs: 2 }), 300)
const programs: ReadonlyArray<Stateful> = all.flatMap((play) => play.programs)
const steps: ReadonlyArray<ReadonlyArray<Step>> = all.map((play) =>
  stepsOf(play.programs, play.starts.length, play.moves)
)

const share = <A>(xs: ReadonlyArray<A>, is: (x: A) => boolean): number => xs.filter(is).length / xs.length

const isTrue = (is: boolean): boolean => is

describe('results in the places of arguments', () => {
  const drawn: Readonly<Record<Successor, number>> = {
    gradient: 0.1,
    first: 0.2,
    offset: 0.06,
    strided: 0.06,
    reversed: 0.06,
    permuted: 0.06,
    node: 0.3,
    unchanged: 0.06,
    swapped: 0.025,
    shared: 0.01,
    reshaped: 0.01,
    foreign: 0.04,
    misfit: 0.06
  }

  it.each(Object.entries(drawn))('%s: a share of %d programs at least has one', (name, least) => {
    expect(share(programs, ({ successors }) => successors.some((one) => one === name))).toBeGreaterThan(least)
  })

  /** Whether a node is the first part of something larger that is computed. */
  const isFirstPart = (n: Value): boolean =>
    n._tag === 'Slice' &&
    n.start.every((at) => at === 0) &&
    n.stride.every((by) => by === 1) &&
    size(n.x.shape) > size(n.shape) &&
    n.x._tag !== 'Input' &&
    n.x._tag !== 'Constant'

  it('are often first parts of something larger, after all is made exact', () => {
    const exact = all.flatMap(exactPrograms)
    expect(
      share(exact, ({ results, parameters }) => parameters.some((_, i) => isFirstPart(results[i]!)))
    ).toBeGreaterThan(0.15)
  })

  it('mostly fit, and sometimes do not', () => {
    const fit = programs.flatMap(({ results, parameters }) =>
      parameters.map((x, i) => isLike(x, results[i]!))
    )
    expect(share(fit, isTrue)).toBeGreaterThan(0.8)
    expect(share(fit, isTrue)).toBeLessThan(0.99)
  })
})

describe('arguments', () => {
  const used = programs.map(({ results, parameters }) => {
    const nodes = new Set(topological(results))
    return parameters.map((x) => nodes.has(x))
  })
  const parameters = programs.flatMap((p) => p.parameters)

  it('are not used at all, some of them', () => {
    expect(share(used, (each) => each.includes(false))).toBeGreaterThan(0.05)
  })

  it('are used only in part, some of them', () => {
    const partly = programs.flatMap((p) => {
      const users = topological(p.results.slice(p.parameters.length)).filter((n) => 'x' in n)
      return p.parameters.map(
        (x) => users.some((n) => n.x === x) && users.every((n) => n.x !== x || n._tag === 'Slice')
      )
    })
    expect(share(partly, isTrue)).toBeGreaterThan(0.05)
  })

  it('have no elements, or one, or every dtype', () => {
    expect(share(parameters, (x) => size(x.shape) === 0)).toBeGreaterThan(0.03)
    expect(share(parameters, (x) => x.shape.length === 0)).toBeGreaterThan(0.03)
    for (const dtype of ['f32', 'f64', 'i32', 'u32', 'bool'])
      expect(share(parameters, (x) => x.dtype === dtype)).toBeGreaterThan(0.03)
  })

  it('often have the shape and dtype of another one', () => {
    expect(
      share(programs, (p) => p.parameters.some((x, i) => p.parameters.some((y, k) => k < i && isLike(x, y))))
    ).toBeGreaterThan(0.2)
  })
})

describe('programs', () => {
  const exact = all.flatMap(exactPrograms)

  it.each(exactFamilies)('%s occurs', (family) => {
    expect(
      share(exact, ({ results }) => canonical(results, 'erased').nodes.some((n) => n._tag === family))
    ).toBeGreaterThan(0.03)
  })

  it('have results of their own, large ones too', () => {
    expect(share(exact, ({ results, parameters }) => results.length > parameters.length)).toBeGreaterThan(0.8)
    expect(share(exact, ({ results }) => results.some((y) => size(y.shape) > 64))).toBeGreaterThan(0.2)
  })
})

describe('moves', () => {
  const flat = steps.flat()
  /** All arguments are the newest results in their places, where there are such. */
  const goesOn = (each: ReadonlyArray<Step>): ReadonlyArray<boolean> =>
    each
      .slice(1)
      .map(({ sources }, i) => sources.every((s, k) => s.from === 'start' || (s.at === i && s.place === k)))

  it('are eight at least', () => {
    expect(steps.every((each) => each.length >= 8)).toBe(true)
  })

  it('mostly go on from where the last one ended, and some do not', () => {
    const on = steps.flatMap(goesOn)
    expect(share(on, isTrue)).toBeGreaterThan(0.5)
    expect(share(on, isTrue)).toBeLessThan(0.9)
  })

  it('take turns', () => {
    const turns = steps.flatMap((each) => each.slice(1).map((one, i) => one.program !== each[i]!.program))
    expect(share(turns, isTrue)).toBeGreaterThan(0.1)
  })

  it('take results of any run in any place, and starting points again', () => {
    const late = steps.flatMap((each) =>
      each.flatMap((one, i) => one.sources.map((source) => ({ i, source })))
    )
    const of = (is: (i: number, source: Step['sources'][number], place: number) => boolean): number =>
      share(late, (one) => is(one.i, one.source, 0))
    expect(of((i, s) => s.from === 'call' && s.at < i - 1)).toBeGreaterThan(0.05)
    expect(of((i, s) => s.from === 'start' && i > 0)).toBeGreaterThan(0.05)
    expect(
      share(flat, ({ sources }) => sources.some((s, k) => s.from === 'call' && s.place !== k))
    ).toBeGreaterThan(0.03)
  })

  it('look at something or not', () => {
    expect(share(flat, ({ looks }) => looks.length > 0)).toBeGreaterThan(0.4)
    expect(share(flat, ({ looks }) => looks.length === 0)).toBeGreaterThan(0.2)
  })
})

describe('smaller plays', () => {
  /** Always the first one that is smaller. */
  const smallest = (play: Play): Play => {
    let now = play
    for (let steps = 0; steps < 500; steps++) {
      const [next] = smallerPlays(now)
      if (next === undefined) return now
      now = next
    }
    throw new Error('there is no end')
  }

  it('come to an end', () => {
    for (const play of fc.sample(plays({ programs: 2 }), 30)) {
      const { moves, programs: left, starts } = smallest(play)
      expect([moves.length, left.length, starts.length]).toEqual([1, 1, 1])
      expect(left[0]!.parameters.length).toBe(1)
      expect(topological(left[0]!.results).length).toBeLessThan(4)
    }
  })
})
