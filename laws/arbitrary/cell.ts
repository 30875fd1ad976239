/** What tensors are made from: numbers freely drawn, with marks where special values go. Shrinking works on these, before any normalisation. */
import * as fc from 'fast-check'
import type { Mutable } from '../../src/shape/index.js'
import { dim, range, size, strides, type Dims } from '../../src/tensor/dims.js'
import { allocate, isFloat, type DType } from '../../src/tensor/DType.js'
import { own, type Tensor } from '../../src/tensor/Tensor.js'
import { between, domains, holds, isSimpler, simplerNumbers, type Domain } from './number.js'
import { smallerRow, type Smaller } from './shrink.js'
import { specialValue, type Special } from './special.js'
import { distinct, oneHot, probabilities, spd, unitBall } from './structured.js'

/**
 * Properties of a whole tensor. Along the last axis: `probabilities` are positive and sum to 1; `unitBall` has norms of at most 1, some of
 * them 1 and some 0; `oneHot` has a single 1, of any dtype. `distinct` values all keep their distance from each other. `spd` matrices over the
 * last two axes, which must be equally long, are symmetric and positive definite.
 *
 * @since 0.1.0
 * @category model
 */
export type TensorDomain = Domain | 'distinct' | 'probabilities' | 'unitBall' | 'oneHot' | 'spd'

/**
 * Orders of magnitude: a factor on the values, exact as a power of two.
 *
 * @since 0.1.0
 * @category model
 */
export type Magnitude = 'subnormal' | 'tiny' | 'ordinary' | 'huge'

/**
 * What values to make: ordinary doubles unless told. `condition` is the condition number of `spd` matrices, 100 unless told. Where `special`
 * values are asked for, some elements have them.
 *
 * @since 0.1.0
 * @category model
 */
export interface ValueOptions<D extends DType = DType> {
  readonly dtype?: D
  readonly domain?: TensorDomain
  readonly magnitude?: Magnitude
  readonly condition?: number
  readonly special?: ReadonlyArray<Special>
}

/** One element before anything is done to it. */
export interface Cell {
  readonly x: number
  readonly special?: Special
}

/** The numbers that one element is drawn from, and which of them are admitted when it shrinks. */
interface Numbers {
  readonly arbitrary: fc.Arbitrary<number>
  readonly admits: (x: number) => boolean
}

const integers = (low: number, high: number): Numbers => ({
  arbitrary: fc.integer({ min: low, max: high }),
  admits: (x) => Number.isInteger(x) && x >= low && x <= high
})

const reals = (name: Domain): Numbers => ({ arbitrary: domains[name], admits: holds[name] })

const unit: Numbers = { arbitrary: between(0, 1), admits: (x) => x >= 0 && x < 1 }

const whole: Readonly<Record<'i32' | 'u32' | 'bool', Numbers>> = {
  i32: integers(-9, 9),
  u32: integers(0, 9),
  bool: integers(0, 1)
}

const drawnFrom: Readonly<Record<Exclude<TensorDomain, Domain>, Numbers>> = {
  distinct: reals('ordinary'),
  probabilities: reals('positive'),
  unitBall: { arbitrary: between(-1.2, 1.2), admits: (x) => Math.abs(x) <= 1.2 },
  oneHot: unit,
  spd: reals('ordinary')
}

const isScalar = (domain: TensorDomain): domain is Domain => Object.hasOwn(holds, domain)

const numbersOf = ({ dtype = 'f64', domain = 'ordinary' }: ValueOptions): Numbers => {
  if (domain === 'oneHot') return unit
  if (!isFloat(dtype)) return whole[dtype]
  return isScalar(domain) ? reals(domain) : drawnFrom[domain]
}

/** One special value for so many that are not. */
const ordinaryCells = 5

const cell = (options: ValueOptions): fc.Arbitrary<Cell> => {
  const numbers = numbersOf(options).arbitrary.map((x): Cell => ({ x }))
  const { special = [] } = options
  if (special.length === 0) return numbers
  const marked = fc.tuple(numbers, fc.constantFrom(...special)).map(([{ x }, s]) => ({ x, special: s }))
  return fc.oneof({ arbitrary: numbers, weight: ordinaryCells }, { arbitrary: marked, weight: 1 })
}

const rowOf = (length: number, one: fc.Arbitrary<Cell>): fc.Arbitrary<ReadonlyArray<Cell>> =>
  fc.array(one, { minLength: length, maxLength: length })

const flatten = <A>(rows: ReadonlyArray<ReadonlyArray<A>>): ReadonlyArray<A> => rows.flat()

/** Rows of the ball: now and then the centre, or a point of an axis, which is exactly on the boundary. */
const ballRow = (length: number, one: fc.Arbitrary<Cell>): fc.Arbitrary<ReadonlyArray<Cell>> =>
  fc.oneof(
    { arbitrary: rowOf(length, one), weight: 8 },
    { arbitrary: fc.constant(range(0, length).map(() => ({ x: 0 }))), weight: 1 },
    {
      arbitrary: fc
        .tuple(fc.nat(Math.max(0, length - 1)), fc.constantFrom(1, -1))
        .map(([k, x]) => range(0, length).map((i) => ({ x: i === k ? x : 0 }))),
      weight: 1
    }
  )

/** The cells of a tensor of a shape. */
export const cells = (shape: Dims, options: ValueOptions): fc.Arbitrary<ReadonlyArray<Cell>> => {
  const [n, one, length] = [size(shape), cell(options), dim(shape, shape.length - 1)]
  const balls = options.domain === 'unitBall' && isFloat(options.dtype ?? 'f64') && n > 0
  return balls
    ? fc.array(ballRow(length, one), { minLength: n / length, maxLength: n / length }).map(flatten)
    : rowOf(n, one)
}

/** Cells shrink to ordinary values first, then to simple ones. */
export const smallerCells = (options: ValueOptions): Smaller<ReadonlyArray<Cell>> => {
  const { admits } = numbersOf(options)
  const simpler = simplerNumbers(admits)
  const towards =
    (target: number) =>
    (c: Cell): Cell =>
      isSimpler(target, c.x) && admits(target) ? { ...c, x: target } : c
  const plain = (c: Cell): Cell => (c.special === undefined ? c : { x: c.x })
  return smallerRow([plain, towards(1), towards(0)], (c) => [
    ...(c.special === undefined ? [] : [plain(c)]),
    ...[...simpler(c.x)].map((x) => ({ ...c, x }))
  ])
}

const factors: Readonly<Record<Magnitude, { readonly f32: number; readonly f64: number }>> = {
  subnormal: { f32: 2 ** -136, f64: 2 ** -1064 },
  tiny: { f32: 2 ** -80, f64: 2 ** -600 },
  ordinary: { f32: 1, f64: 1 },
  huge: { f32: 2 ** 80, f64: 2 ** 600 }
}

const structured = (
  shape: Dims,
  xs: ReadonlyArray<number>,
  { dtype = 'f64', domain = 'ordinary', condition = 100 }: ValueOptions
): ReadonlyArray<number> => {
  if (domain === 'oneHot') return oneHot(shape, xs)
  if (!isFloat(dtype) || isScalar(domain)) return xs
  if (domain === 'distinct') return distinct(xs)
  if (domain === 'probabilities') return probabilities(shape, xs)
  if (domain === 'spd') return spd(shape, xs, condition)
  return unitBall(shape, xs, dtype === 'f32' ? Math.fround : (x) => x)
}

/** A tensor of numbers that a dtype rounds. */
export const fromValues = <S extends Dims, D extends DType>(
  shape: S,
  dtype: D,
  values: ReadonlyArray<number>
): Tensor<S, D> => {
  const data = allocate(dtype, size(shape))
  values.forEach((v, i) => {
    data[i] = v
  })
  return own(shape, dtype, data)
}

/** The tensor that cells stand for. */
export const assemble = <S extends Dims, D extends DType>(
  shape: S,
  options: ValueOptions<D>,
  row: ReadonlyArray<Cell>
): Tensor<Mutable<S>, D> => {
  const dtype: DType = options.dtype ?? 'f64'
  const factor = isFloat(dtype) ? factors[options.magnitude ?? 'ordinary'][dtype] : 1
  const values = structured(
    shape,
    row.map((c) => c.x),
    options
  ).map((x) => x * factor)
  row.forEach(({ special }, i) => {
    const x = values[i] ?? 0
    if (special !== undefined) values[i] = specialValue(special, dtype, x, values[i - 1] ?? x)
  })
  return fromValues([...shape] as Mutable<S>, dtype as D, values)
}

/** Cells with their shape. */
export interface Block {
  readonly shape: Dims
  readonly cells: ReadonlyArray<Cell>
}

/** A part of a block: as long as `to` along each axis, from `start` on; an axis that was empty gets the simplest cells. */
const cropped = ({ shape, cells: row }: Block, start: Dims, to: Dims, blank: Cell): ReadonlyArray<Cell> => {
  const [from, steps] = [strides(shape), strides(to)]
  return range(0, size(to)).map((i) => {
    const index = to.map((d, axis) => (Math.floor(i / dim(steps, axis)) % d) + dim(start, axis))
    return row[index.reduce((at, k, axis) => at + k * dim(from, axis), 0)] ?? blank
  })
}

/** The places of one axis from `start` on, `length` of them. */
const along = (b: Block, axis: number, start: number, length: number, blank: Cell): Block => {
  const shape = b.shape.map((d, i) => (i === axis ? length : d))
  return {
    shape,
    cells: cropped(
      b,
      shape.map((_, i) => (i === axis ? start : 0)),
      shape,
      blank
    )
  }
}

/** A block without one of its axes: one for each place along it. */
const without = (b: Block, axis: number, blank: Cell): ReadonlyArray<Block> =>
  range(0, Math.max(1, dim(b.shape, axis))).map((place) => ({
    shape: b.shape.filter((_, i) => i !== axis),
    cells: along(b, axis, place, 1, blank).cells
  }))

const lesserSizes = (d: number): ReadonlyArray<number> =>
  [1, Math.ceil(d / 2), d - 1].filter((k, i, all) => (k < d || d === 0) && k > 0 && all.indexOf(k) === i)

/** Blocks shrink in rank, then in size, then in their cells; `admits` says which shapes may occur. */
export const smallerBlocks = (options: ValueOptions, admits: (shape: Dims) => boolean): Smaller<Block> => {
  const { admits: admitsNumber } = numbersOf(options)
  const blank: Cell = { x: [1, 0, 0.5].find(admitsNumber) ?? 0 }
  const inRow = smallerCells(options)
  return function* (b) {
    const axes = range(0, b.shape.length)
    const lower = axes.flatMap((axis) => without(b, axis, blank))
    const shorter = axes.flatMap((axis) =>
      lesserSizes(dim(b.shape, axis)).flatMap((k) => [
        along(b, axis, 0, k, blank),
        ...(dim(b.shape, axis) > k ? [along(b, axis, dim(b.shape, axis) - k, k, blank)] : [])
      ])
    )
    yield* [...lower, ...shorter].filter(({ shape }) => admits(shape))
    for (const row of inRow(b.cells)) yield { shape: b.shape, cells: row }
  }
}
