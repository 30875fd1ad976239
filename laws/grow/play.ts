/** Random plays: exact programs over the same arguments, with results in the places of arguments, and moves in which results are arguments again. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Aval, Input, Value, Node } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { range, size } from '../../src/tensor/dims.js'
import { isFloat, type DType } from '../../src/tensor/DType.js'
import type { Tensor } from '../../src/tensor/Tensor.js'
import { broadcastGroup, type BroadcastGroup } from '../arbitrary/shape.js'
import { shrinking } from '../arbitrary/shrink.js'
import { fromValues } from '../arbitrary/tensor.js'
import { exactFamilies, frequentFamilies, largestArgument } from './bound.js'
import { exactly } from './exact.js'
import type { Family } from './families.js'
import { movesOf } from './moves.js'
import { growth, instruction, rootsOf, type Instruction } from './program.js'
import { smallerPlays, type Play } from './shorten.js'
import { drawFrom, type Draw } from './context.js'
import { stateful, type Stateful } from './states.js'

/** A play, and what stands in the places of arguments. */
export interface Drawing extends Play {
  readonly programs: ReadonlyArray<Stateful>
}

const available = (lacks: ReadonlyArray<Node['_tag']>): ReadonlyArray<Family> =>
  frequentFamilies.filter((family) => !lacks.includes(family))

const dtypesOfInputs: ReadonlyArray<DType> = [
  'f32',
  'f32',
  'f32',
  'f32',
  'f64',
  'f64',
  'i32',
  'i32',
  'u32',
  'bool'
]

/** Arguments whose shapes broadcast together; several often have the same shape and dtype, and few are single numbers. */
const placesOf = ({ result, shapes }: BroadcastGroup, draw: Draw): ReadonlyArray<Aval> => {
  const places: Array<Aval> = []
  for (const shape of [result, ...shapes].slice(0, 1 + draw(shapes.length + 1))) {
    const before = places[draw(places.length)]
    const dtype = dtypesOfInputs[draw(dtypesOfInputs.length)] ?? 'f32'
    const isKept = shape.length > 0 || draw(3) === 0
    places.push(before !== undefined && draw(3) === 0 ? before : { shape: isKept ? shape : result, dtype })
  }
  return places
}

/** Numbers that look random. */
const scattered = (seed: number, k: number): number => {
  const mixed = Math.imul(Math.imul(seed + k, 0x9e3779b1) ^ (seed >>> 7), 0x85ebca6b)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

const integer: Readonly<Record<DType, (m: number) => number>> = {
  f32: (m) => (m % 29 === 0 ? largestArgument.f32 : (m % 19) - 9),
  f64: (m) => (m % 29 === 0 ? largestArgument.f64 : (m % 19) - 9),
  i32: (m) => (m % 11 === 0 ? m | 0 : (m % 19) - 9),
  u32: (m) => (m % 11 === 0 ? m : m % 10),
  bool: (m) => (m >>> 5) % 2
}

const startOf = (parameters: ReadonlyArray<Aval>, seed: number): ReadonlyArray<Tensor> =>
  parameters.map(({ shape, dtype }, i) =>
    fromValues(
      shape,
      dtype,
      range(0, size(shape)).map((k) => integer[dtype](scattered(seed, 1000 * i + k)))
    )
  )

/** What a program begins with: arguments, parts of arguments, and some not at all. */
const used = (parameters: ReadonlyArray<Input>, draw: Draw): ReadonlyArray<Value> =>
  parameters.flatMap((x): ReadonlyArray<Value> => {
    const how = draw(6)
    if (how === 0) return []
    return how > 1 || x.shape.length === 0
      ? [x]
      : [
          make.slice(
            x.shape.map((d) => draw(d)),
            x.shape,
            x.shape.map(() => 1),
            x
          )
        ]
  })

/** What is drawn for one program. */
interface Drawn {
  readonly instructions: ReadonlyArray<Instruction>
  readonly uses: Instruction
  readonly states: ReadonlyArray<Instruction>
}

const grown = (parameters: ReadonlyArray<Input>, families: ReadonlyArray<Family>, drawn: Drawn): Stateful => {
  const draw = drawFrom(drawn.uses)
  const start = { pool: used(parameters, draw), known: new Map() }
  const floats = parameters.map((x) => x.dtype).filter(isFloat)
  const habit = { dtype: floats[0] ?? 'f32', kinks: 'anywhere', exact: true } as const
  const { pool } = growth(start, drawn.instructions, families, habit)
  return stateful({ parameters, results: rootsOf(pool) }, drawn.states.map(drawFrom), draw)
}

const leastMoves = 8
const mostMoves = 11

/** Whether a program has only families that an engine has. */
const isKnown =
  (lacks: ReadonlyArray<Node['_tag']>) =>
  (y: Value): boolean =>
    topological([y]).every((n) => !lacks.includes(n._tag))

/** Without results that need what an engine lacks: arguments take their places. What makes programs exact counts too. */
const without = (lacks: ReadonlyArray<Node['_tag']>, program: Stateful): Stateful => {
  if (!exactFamilies.some((family) => lacks.includes(family))) return program
  const known = exactly(program.results).map(isKnown(lacks))
  return {
    ...program,
    results: program.results.flatMap((y, i) => (known[i] === true ? [y] : program.parameters.slice(i, i + 1)))
  }
}

const rows = (least: number, most: number): fc.Arbitrary<ReadonlyArray<Instruction>> =>
  fc.array(instruction, { minLength: least, maxLength: most, size: 'max' })

/** What plays to make. */
export interface PlayOptions {
  /** How many programs take turns. */
  readonly programs: 1 | 2
  readonly lacks?: ReadonlyArray<Node['_tag']>
  /** Most instructions of each program. */
  readonly length?: number
  /** Most arguments. */
  readonly parameters?: number
}

/** Plays, each with as many starting points as moves can tell apart. */
export const drawings = ({
  programs,
  lacks = [],
  length = 6,
  parameters: most = 4
}: PlayOptions): fc.Arbitrary<Drawing> => {
  const families = available(lacks)
  const each = fc.record({ instructions: rows(1, length), uses: instruction, states: rows(most, most) })
  const drawn = fc.record({
    group: broadcastGroup(most - 1, { minRank: 1, maxRank: 3, maxSize: 4 }),
    places: instruction,
    each: fc.array(each, { minLength: programs, maxLength: programs }),
    seeds: fc.array(fc.nat(), { minLength: 1, maxLength: 2 }),
    moves: rows(leastMoves, mostMoves)
  })
  return fc.noBias(drawn).map(({ group, places, each: all, seeds, moves }): Drawing => {
    const avals = placesOf(group, drawFrom(places))
    const parameters = avals.map(({ shape, dtype }, i) => make.input(`x${i}`, shape, dtype))
    return {
      programs: all.map((one) => without(lacks, grown(parameters, families, one))),
      starts: seeds.map((seed) => startOf(parameters, seed)),
      moves: movesOf(moves.map(drawFrom), programs, parameters.length)
    }
  })
}

/** Plays that shrink. */
export const plays = (options: PlayOptions): fc.Arbitrary<Play> =>
  shrinking<Play>(drawings(options), smallerPlays)
