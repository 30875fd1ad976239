/** Plays, and smaller ones: fewer moves and plainer ones, then one program, fewer results and operations, smaller arguments, simpler numbers. */
import type { Input, Value } from '../../src/graph/Expr.js'
import { topological, valuesBelow } from '../../src/graph/fold.js'
import { equalDims, range } from '../../src/tensor/dims.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import type { Smaller } from '../arbitrary/shrink.js'
import type { Region } from '../../src/graph/Region.js'
import { bypasses, resized, simplerPoints, smallerShapes } from './shrink.js'
import { exactly } from './exact.js'
import { newest, type Move } from './moves.js'
import { hasValue } from './context.js'

/** Programs over the same arguments, values for these, and what to do. The programs are as they grew: `exactPrograms` are what runs. */
export interface Play {
  readonly programs: ReadonlyArray<Region>
  readonly starts: ReadonlyArray<ReadonlyArray<Tensor>>
  readonly moves: ReadonlyArray<Move>
}

export const exactPrograms = ({ programs }: Play): ReadonlyArray<Region> =>
  programs.map(({ results, parameters }) => ({ parameters, results: exactly(results) }))

const omitted = <A>(xs: ReadonlyArray<A>, start: number, length = 1): ReadonlyArray<A> => [
  ...xs.slice(0, start),
  ...xs.slice(start + length)
]

const replaced = <A>(xs: ReadonlyArray<A>, at: number, x: A): ReadonlyArray<A> =>
  xs.map((old, i) => (i === at ? x : old))

/** Without one of them, if that leaves any. */
const fewer = <A>(xs: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  xs.length < 2 ? [] : xs.map((_, i) => omitted(xs, i))

/** The second half less, the first half less, then each. */
const shorter = <A>(xs: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> => {
  const half = Math.ceil(xs.length / 2)
  return xs.length < 4 ? fewer(xs) : [xs.slice(0, half), xs.slice(half), ...fewer(xs)]
}

const isNewest = ({ sources }: Move): boolean =>
  sources.every((source) => source._tag === 'Own' && source.back === 0)

const plainer = (move: Move): ReadonlyArray<Move> => [
  ...(isNewest(move) ? [] : [{ ...move, sources: move.sources.map(() => newest) }]),
  ...(move.looks.length === 0 ? [] : [{ ...move, looks: [] }]),
  ...(move.program === 0 ? [] : [{ ...move, program: 0 }])
]

const byMoves = (play: Play): ReadonlyArray<Play> =>
  [
    ...shorter(play.moves),
    ...play.moves.flatMap((move, i) => plainer(move).map((one) => replaced(play.moves, i, one)))
  ].map((moves) => ({ ...play, moves }))

/** Results behind those in the places of arguments left out; those become the arguments themselves. */
const fewerResults = ({ results, parameters }: Region): ReadonlyArray<ReadonlyArray<Value>> => [
  ...range(parameters.length, results.length).map((i) => omitted(results, i)),
  ...parameters.flatMap((x, i) => (results[i] === x ? [] : [replaced(results, i, x)]))
]

const byPrograms = (play: Play): ReadonlyArray<Play> => [
  ...fewer(play.programs).map((programs) => ({ ...play, programs })),
  ...fewer(play.starts).map((starts) => ({ ...play, starts })),
  ...play.programs.flatMap((program, i) =>
    [...fewerResults(program), ...bypasses(program.results)].map((results) => ({
      ...play,
      programs: replaced(play.programs, i, { ...program, results })
    }))
  )
]

/** Whether nothing but the result in its place depends on an argument. */
const isIdle =
  (place: number) =>
  ({ results, parameters }: Region): boolean =>
    results[place] === parameters[place] &&
    !topological(omitted(results, place)).some((n) => n === parameters[place])

const withoutArgument = (play: Play, place: number): Play => ({
  programs: play.programs.map(({ results, parameters }) => ({
    results: omitted(results, place),
    parameters: omitted(parameters, place)
  })),
  starts: play.starts.map((point) => omitted(point, place)),
  moves: play.moves.map((move) => ({ ...move, sources: omitted(move.sources, place) }))
})

const inputsOf = ({ programs }: Play): ReadonlyArray<Input> => programs[0]?.parameters ?? []

const byArguments = (play: Play): ReadonlyArray<Play> =>
  inputsOf(play).flatMap((_, place, all) =>
    all.length > 1 && play.programs.every(isIdle(place)) ? [withoutArgument(play, place)] : []
  )

const bySizes = (play: Play): ReadonlyArray<Play> => {
  const parameters = inputsOf(play)
  return parameters
    .map((x) => x.shape)
    .filter((s, i, all) => !s.includes(0) && all.findIndex((t) => equalDims(s, t)) === i)
    .flatMap((from) =>
      smallerShapes(from).map((to) => ({
        ...play,
        programs: play.programs.map((program) => resized({ ...program, point: [] }, from, to)),
        starts: play.starts.map((point) => resized({ results: [], parameters, point }, from, to).point)
      }))
    )
}

const byNumbers = (play: Play): ReadonlyArray<Play> =>
  play.starts.flatMap((point, i) =>
    simplerPoints(point).map((simpler) => ({ ...play, starts: replaced(play.starts, i, simpler) }))
  )

const isSound = ({ programs }: Play): boolean =>
  programs.every(({ results }) => valuesBelow(results).every(hasValue))

/** Each is smaller than what it comes from. */
export const smallerPlays: Smaller<Play> = function* (play) {
  for (const smaller of [byMoves, byArguments, byPrograms, bySizes, byNumbers])
    for (const one of smaller(play)) if (isSound(one)) yield one
}
