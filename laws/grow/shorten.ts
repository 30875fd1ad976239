/** Plays, and smaller ones: fewer moves and plainer ones, then one program, fewer results and operations, smaller arguments, simpler numbers. */
import type { Input, Node } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { equalDims, range } from '../../src/tensor/dims.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import type { Smaller } from '../arbitrary/shrink.js'
import type { Graph } from '../oracle/retype.js'
import { bypasses, resized, simplerPoints, smallerShapes } from './shrink.js'
import { exactly } from './exact.js'
import { newest, type Move } from './moves.js'
import { hasValue } from './context.js'

/** Programs over the same arguments, values for these, and what to do. The programs are as they grew: `exactPrograms` are what runs. */
export interface Play {
  readonly programs: ReadonlyArray<Graph>
  readonly starts: ReadonlyArray<ReadonlyArray<Tensor>>
  readonly moves: ReadonlyArray<Move>
}

export const exactPrograms = ({ programs }: Play): ReadonlyArray<Graph> =>
  programs.map(({ outputs, inputs }) => ({ inputs, outputs: exactly(outputs) }))

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
const fewerResults = ({ outputs, inputs }: Graph): ReadonlyArray<ReadonlyArray<Node>> => [
  ...range(inputs.length, outputs.length).map((i) => omitted(outputs, i)),
  ...inputs.flatMap((x, i) => (outputs[i] === x ? [] : [replaced(outputs, i, x)]))
]

const byPrograms = (play: Play): ReadonlyArray<Play> => [
  ...fewer(play.programs).map((programs) => ({ ...play, programs })),
  ...fewer(play.starts).map((starts) => ({ ...play, starts })),
  ...play.programs.flatMap((program, i) =>
    [...fewerResults(program), ...bypasses(program.outputs)].map((outputs) => ({
      ...play,
      programs: replaced(play.programs, i, { ...program, outputs })
    }))
  )
]

/** Whether nothing but the result in its place depends on an argument. */
const isIdle =
  (place: number) =>
  ({ outputs, inputs }: Graph): boolean =>
    outputs[place] === inputs[place] && !topological(omitted(outputs, place)).some((n) => n === inputs[place])

const withoutArgument = (play: Play, place: number): Play => ({
  programs: play.programs.map(({ outputs, inputs }) => ({
    outputs: omitted(outputs, place),
    inputs: omitted(inputs, place)
  })),
  starts: play.starts.map((point) => omitted(point, place)),
  moves: play.moves.map((move) => ({ ...move, sources: omitted(move.sources, place) }))
})

const inputsOf = ({ programs }: Play): ReadonlyArray<Input> => programs[0]?.inputs ?? []

const byArguments = (play: Play): ReadonlyArray<Play> =>
  inputsOf(play).flatMap((_, place, all) =>
    all.length > 1 && play.programs.every(isIdle(place)) ? [withoutArgument(play, place)] : []
  )

const bySizes = (play: Play): ReadonlyArray<Play> => {
  const inputs = inputsOf(play)
  return inputs
    .map((x) => x.shape)
    .filter((s, i, all) => !s.includes(0) && all.findIndex((t) => equalDims(s, t)) === i)
    .flatMap((from) =>
      smallerShapes(from).map((to) => ({
        ...play,
        programs: play.programs.map((program) => resized({ ...program, point: [] }, from, to)),
        starts: play.starts.map((point) => resized({ outputs: [], inputs, point }, from, to).point)
      }))
    )
}

const byNumbers = (play: Play): ReadonlyArray<Play> =>
  play.starts.flatMap((point, i) =>
    simplerPoints(point).map((simpler) => ({ ...play, starts: replaced(play.starts, i, simpler) }))
  )

const isSound = ({ programs }: Play): boolean =>
  programs.every(({ outputs }) => topological(outputs).every(hasValue))

/** Each is smaller than what it comes from. */
export const smallerPlays: Smaller<Play> = function* (play) {
  for (const smaller of [byMoves, byArguments, byPrograms, bySizes, byNumbers])
    for (const one of smaller(play)) if (isSound(one)) yield one
}
