/** What is done with programs that take their results as arguments: which runs next, on what, and what is looked at afterwards. */
import type { Aval } from '../../src/graph/Expr.js'
import { range } from '../../src/tensor/dims.js'
import type { Region } from '../../src/graph/Region.js'
import { isLike } from './states.js'
import type { Draw } from './context.js'

/** Where an argument comes from: where there is no such result of its shape and dtype, from the first starting point. */
export type Source =
  /** The result in the argument's place, so many calls ago: 0 is the newest. */
  | { readonly _tag: 'Own'; readonly back: number }
  /** The result in the argument's place of the newest call of another program. */
  | { readonly _tag: 'Other' }
  | { readonly _tag: 'Start'; readonly point: number }
  /** Anything that fits, results of any call in any position, the newest first. */
  | { readonly _tag: 'Any'; readonly pick: number }

export interface Move {
  readonly program: number
  readonly sources: ReadonlyArray<Source>
  /** Results to look at after the call, counted from the newest one. */
  readonly looks: ReadonlyArray<number>
}

export const newest: Source = { _tag: 'Own', back: 0 }

const anySource = (draw: Draw): Source => {
  switch (draw(6)) {
    case 0:
      return newest
    case 1:
      return { _tag: 'Own', back: draw(4) }
    case 2:
      return { _tag: 'Start', point: draw(2) }
    case 3:
      return { _tag: 'Other' }
    default:
      return { _tag: 'Any', pick: draw(50) }
  }
}

/** Mostly the newest results in their own places, so that engines may keep them; now and then anything else. */
const sourcesOf = (draw: Draw, count: number): ReadonlyArray<Source> => {
  const mode = draw(10)
  if (mode < 6) return range(0, count).map(() => newest)
  if (mode === 6) return range(0, count).map((): Source => ({ _tag: 'Other' }))
  if (mode === 7) {
    const [back, point] = [draw(4), draw(2)]
    return range(0, count).map((): Source => (back === 0 ? { _tag: 'Start', point } : { _tag: 'Own', back }))
  }
  return range(0, count).map(() => anySource(draw))
}

/** Moves of so many programs with so many arguments; a program often goes on for a while. */
export const movesOf = (draws: ReadonlyArray<Draw>, programs: number, count: number): ReadonlyArray<Move> => {
  let program = 0
  return draws.map((draw) => {
    program = draw(3) === 0 ? draw(programs) : program
    const sources = sourcesOf(draw, count)
    const looks = range(0, draw(3)).map(() => Math.min(draw(30), draw(30)))
    return { program, sources, looks }
  })
}

/** A tensor: an argument of a starting point, or a result of a call. */
export interface Reference {
  readonly from: 'start' | 'call'
  /** Which point, or which call. */
  readonly at: number
  readonly place: number
}

/** A move with all that depends on what there is by then. */
export interface Step {
  readonly program: number
  readonly sources: ReadonlyArray<Reference>
  readonly looks: ReadonlyArray<Reference>
}

interface Call {
  readonly program: number
  readonly at: number
  readonly results: ReadonlyArray<Aval>
}

interface Placed {
  readonly reference: Reference
  readonly aval: Aval
}

const resultsOf = ({ at, results }: Call): ReadonlyArray<Placed> =>
  results.map((aval, place) => ({ aval, reference: { from: 'call', at, place } }))

const inPlace = (call: Call | undefined, aval: Aval, place: number): Reference | undefined => {
  const found = call?.results[place]
  return call !== undefined && found !== undefined && isLike(found, aval)
    ? { from: 'call', at: call.at, place }
    : undefined
}

/** Everything that fits an argument. */
const fitting = (
  calls: ReadonlyArray<Call>,
  points: number,
  parameters: ReadonlyArray<Aval>,
  aval: Aval
): ReadonlyArray<Reference> => {
  const given = range(0, points).flatMap((at) =>
    parameters.map((x, place): Placed => ({ aval: x, reference: { from: 'start', at, place } }))
  )
  return [...[...calls].reverse().flatMap(resultsOf), ...given]
    .filter((one) => isLike(one.aval, aval))
    .map(({ reference }) => reference)
}

/** What the calls so far have for an argument of the next one. */
const resolved = (
  source: Source,
  program: number,
  calls: ReadonlyArray<Call>,
  points: number,
  parameters: ReadonlyArray<Aval>,
  place: number
): Reference => {
  const aval = parameters[place]
  const start = (at: number): Reference => ({ from: 'start', at: at % Math.max(1, points), place })
  if (aval === undefined) return start(0)
  switch (source._tag) {
    case 'Start':
      return start(source.point)
    case 'Own':
      return inPlace(calls[calls.length - 1 - source.back], aval, place) ?? start(0)
    case 'Other':
      return inPlace(calls.filter((c) => c.program !== program).at(-1), aval, place) ?? start(0)
    case 'Any': {
      const found = fitting(calls, points, parameters, aval)
      return found[source.pick % Math.max(1, found.length)] ?? start(0)
    }
  }
}

/** Moves with the tensors that they are about. */
export const stepsOf = (
  programs: ReadonlyArray<Region>,
  points: number,
  moves: ReadonlyArray<Move>
): ReadonlyArray<Step> => {
  const calls: Array<Call> = []
  const made: Array<Reference> = []
  return moves.flatMap(({ program: wanted, sources, looks }): ReadonlyArray<Step> => {
    const program = wanted % Math.max(1, programs.length)
    const graph = programs[program]
    if (graph === undefined) return []
    const given = graph.parameters.map((_, i) =>
      resolved(sources[i] ?? newest, program, calls, points, graph.parameters, i)
    )
    const call: Call = { program, at: calls.length, results: graph.results }
    calls.push(call)
    made.push(...resultsOf(call).map(({ reference }) => reference))
    const seen = looks.flatMap((back) =>
      made.slice(made.length - 1 - (back % Math.max(1, made.length))).slice(0, 1)
    )
    return [{ program, sources: given, looks: seen }]
  })
}
