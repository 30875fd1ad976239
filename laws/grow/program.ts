/**
 * Random programs over all families at points where they have values and, unless told otherwise, derivatives. A program grows from a list of
 * plain instructions: each names a family and, by numbers taken modulo what is there, the operands and attributes. What would leave the domain
 * of an operation, come close to a kink or get large is not grown. Shrinking drops instructions, then parameters, axes and sizes, then simplifies values.
 */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Aval, Input, Value } from '../../src/graph/Expr.js'
import { topological } from '../../src/graph/fold.js'
import { range, size } from '../../src/tensor/dims.js'
import { isFloat, type DType, type FloatDType } from '../../src/tensor/DType.js'
import { elements, type Tensor } from '../../src/tensor/Tensor.js'
import { domains, smallerNumbers } from '../arbitrary/number.js'
import { broadcastGroup, type BroadcastGroup } from '../arbitrary/shape.js'
import { shrinking, shrinkingFurther } from '../arbitrary/shrink.js'
import { fromValues } from '../arbitrary/tensor.js'
import { focused, focuses, smallerPrograms } from './shrink.js'
import { families, type Family } from './families.js'
import type { Kinks } from './margin.js'
import { keys } from './sample.js'
import { operators } from './traits.js'
import { admitted, drawFrom, uniform, type Known, type Program, type Context } from './context.js'
import { operands } from '../../src/graph/families.js'

/** What programs to make. */
export interface ProgramOptions {
  readonly parameters?: ReadonlyArray<Aval>
  readonly dtype?: FloatDType
  /** Most instructions. */
  readonly length?: number
  readonly kinks?: Kinks
}

const names: ReadonlyArray<Family> = keys(families)

/** Scalar functions are most of what programs are made of. */
const frequent: ReadonlyArray<Family> = [
  ...range(0, 5).flatMap((): ReadonlyArray<Family> => keys(operators)),
  ...names
]

/** A family, then what decides its operands and attributes: numbers that are taken modulo what is there. */
export type Instruction = ReadonlyArray<number>

/** Numbers as elements of a dtype. */
const element: Readonly<Record<DType, (x: number) => number>> = {
  f32: (x) => x,
  f64: (x) => x,
  i32: (x) => Math.trunc(2 * x),
  u32: (x) => Math.abs(Math.trunc(2 * x)),
  bool: (x) => Math.abs(Math.trunc(x)) % 2
}

/** The values of parameters, cut from one row of numbers. */
const pointOf = (parameters: ReadonlyArray<Aval>, row: ReadonlyArray<number>): ReadonlyArray<Tensor> => {
  const starts = parameters.map((_, i) => parameters.slice(0, i).reduce((n, x) => n + size(x.shape), 0))
  return parameters.map(({ shape, dtype }, i) => {
    const start = starts[i] ?? 0
    return fromValues(shape, dtype, row.slice(start, start + size(shape)).map(element[dtype]))
  })
}

/** Integers that are too large for floats to differ by little are taken modulo a small one. */
const wrapped = (n: Value, value: Tensor | undefined): Value => {
  const isLarge = value !== undefined && Array.from(elements(value), Number).some((x) => Math.abs(x) > 30)
  return isLarge ? make.binary('rem', n, uniform(7, n.shape, n.dtype)) : n
}

/** What nothing else uses. */
export const rootsOf = (pool: ReadonlyArray<Value>): ReadonlyArray<Value> => {
  const used = new Set(topological(pool).flatMap(operands))
  const roots = pool.filter((n) => !used.has(n) && n._tag !== 'Input')
  return roots.length === 0 ? pool.slice(-1) : roots
}

/** What nothing else uses, as floating-point numbers. */
const outputsOf = (pool: ReadonlyArray<Value>, known: Known, dtype: FloatDType): ReadonlyArray<Value> =>
  rootsOf(pool).map((n) => (isFloat(n.dtype) ? n : make.convert(dtype, wrapped(n, known.get(n)?.[0]))))

/** What is drawn at random: instructions, and which of the nodes below the results to look at instead of the results, if any. */
interface Drawn {
  readonly instructions: ReadonlyArray<Instruction>
  readonly focus: number
}

/** What a program has become. */
interface Growth {
  readonly pool: ReadonlyArray<Value>
  readonly known: Known
}

/** Nodes that grow by one for each instruction, where that can be. */
export const growth = (
  from: Growth,
  instructions: ReadonlyArray<Instruction>,
  available: ReadonlyArray<Family>,
  habit: Pick<Context, 'dtype' | 'kinks' | 'exact'>
): Growth => {
  const pool: Array<Value> = [...from.pool]
  let known = from.known
  for (const numbers of instructions) {
    const draw = drawFrom(numbers)
    const family = available[draw(available.length)] ?? 'Unary'
    const made = families[family]({ ...habit, pool, known, draw })
    const more = made === undefined || pool.includes(made) ? undefined : admitted({ ...habit, known }, made)
    if (made !== undefined && more !== undefined) {
      pool.push(made)
      known = more
    }
  }
  return { pool, known }
}

const grow = (
  parameters: ReadonlyArray<Input>,
  point: ReadonlyArray<Tensor>,
  { instructions, focus }: Drawn,
  { dtype = 'f64', kinks = 'away' }: ProgramOptions
): Program => {
  const start: Growth = {
    pool: parameters,
    known: new Map(parameters.map((x, i) => [x, point.slice(i, i + 1)]))
  }
  const { pool, known } = growth(start, instructions, frequent, { dtype, kinks, exact: false })
  return { results: focused(outputsOf(pool, known, dtype), focus), parameters, point }
}

const mostInputs = 3
const sizes = { maxRank: 3, maxSize: 3 }

/** Shapes that broadcast together; the first input is a float, as are most others. */
const avals = (
  dtype: FloatDType,
  count: number,
  { shapes, result }: BroadcastGroup,
  others: ReadonlyArray<DType>
): ReadonlyArray<Aval> =>
  [result, ...shapes]
    .slice(0, count)
    .map((shape, i) => ({ shape, dtype: i === 0 ? dtype : (others[i] ?? dtype) }))

const randomInputs = (dtype: FloatDType): fc.Arbitrary<ReadonlyArray<Aval>> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: mostInputs }),
      broadcastGroup(mostInputs, sizes),
      fc.array(fc.constantFrom<DType>(dtype, dtype, dtype, 'i32', 'u32', 'bool'), {
        minLength: mostInputs,
        maxLength: mostInputs
      })
    )
    .map(([count, group, others]) => avals(dtype, count, group, others))

const numbersPerInstruction = 12

export const instruction: fc.Arbitrary<Instruction> = fc.array(fc.nat(9999), {
  minLength: numbersPerInstruction,
  maxLength: numbersPerInstruction
})

/** Ordinary numbers; where kinks are wanted, often those at which they are. */
const numberRow = (length: number, kinks: Kinks): fc.Arbitrary<ReadonlyArray<number>> => {
  const one =
    kinks === 'anywhere' ? fc.oneof(domains.ordinary, fc.constantFrom(0, 1, -1, 0.5)) : domains.ordinary
  return shrinking(fc.array(one, { minLength: length, maxLength: length }), smallerNumbers)
}

/** Programs and points. */
export const programs = (options: ProgramOptions = {}): fc.Arbitrary<Program> => {
  const { dtype = 'f64', length = 6, kinks = 'away' } = options
  const most =
    options.parameters?.reduce((n, x) => n + size(x.shape), 0) ?? mostInputs * sizes.maxSize ** sizes.maxRank
  const drawn = fc
    .tuple(
      fc.noBias(fc.array(instruction, { minLength: 1, maxLength: length, size: 'max' })),
      focuses,
      options.parameters === undefined ? randomInputs(dtype) : fc.constant(options.parameters),
      numberRow(most, kinks)
    )
    .map(([instructions, focus, places, row]) => {
      const parameters = places.map(({ shape, dtype: d }, i) => make.input(`x${i}`, shape, d))
      return grow(parameters, pointOf(places, row), { instructions, focus }, options)
    })
  return shrinkingFurther(drawn, smallerPrograms(kinks, options.parameters === undefined))
}
