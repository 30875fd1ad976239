/**
 * Random well-typed graphs over all families, with values for their parameters. A graph is grown from a list of plain instructions: each names a
 * family and, by numbers taken modulo what is there, the operands and attributes. Shrinking drops instructions and lowers numbers.
 */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import { callResults, caseResults, scanResults, whileResults } from '../../laws/grow/control.js'
import type { Program } from '../../laws/index.js'
import type { Input, Node, ReduceOp, Value } from '../../src/graph/Expr.js'
import { binaryForm, unaryForm } from '../../src/graph/op.js'
import { topological } from '../../src/graph/fold.js'
import { dim, range, size, type Dims } from '../../src/tensor/dims.js'
import { allocate, dtypes, isFloat, type DType } from '../../src/tensor/DType.js'
import { filled, own, type Tensor } from '../../src/tensor/Tensor.js'
import { sumAndDoubleOf } from './sumAndDouble.js'
import { convOf, windowOf } from './windows.js'
import { operands } from '../../src/graph/families.js'

/** A graph with values for its parameters. */
export interface Sample {
  readonly results: ReadonlyArray<Value>
  readonly parameters: ReadonlyArray<Input>
  readonly values: ReadonlyArray<Tensor>
}

export interface Options {
  /** Most instructions; 25 unless given. */
  readonly length?: number
  readonly dtypes?: ReadonlyArray<DType>
}

/** Draws the next number below `n` of an instruction; past its end, 0. */
type Draw = (n: number) => number

interface Context {
  readonly pool: ReadonlyArray<Value>
  readonly draw: Draw
  readonly dtypes: ReadonlyArray<DType>
}

type Maker = (c: Context) => Value | undefined

const choose = <A>(c: Context, xs: ReadonlyArray<A>): A | undefined => xs[c.draw(xs.length)]

const anyNode = (c: Context, admits: (n: Value) => boolean = () => true): Value | undefined =>
  choose(c, [...c.pool].reverse().filter(admits))

const isNumber = (n: Value): boolean => n.dtype !== 'bool'
const hasAxes = (n: Value): boolean => n.shape.length > 0

const shapes: ReadonlyArray<Dims> = [
  [],
  [2],
  [3],
  [1],
  [2, 3],
  [3, 2],
  [2, 2],
  [0],
  [2, 0],
  [1, 3],
  [2, 1, 2],
  [4]
]

/** Values where something special happens, and ordinary ones. */
const interesting: Readonly<Record<DType, ReadonlyArray<number>>> = {
  f32: [0, -0, 1, -1, 0.5, -2, 3, NaN, Infinity, -Infinity, 1e-45, -1e-30, 1e30, 0.1],
  f64: [0, -0, 1, -1, 0.5, -2, 3, NaN, Infinity, -Infinity, 5e-324, -1e-200, 1e300, 0.1],
  i32: [0, 1, -1, 2, -3, 2147483647, -2147483648, 65537],
  u32: [0, 1, 2, 3, 4294967295, 2147483648, 65537],
  bool: [0, 1]
}

const data = (c: Context, shape: Dims, dtype: DType): Tensor => {
  const out = allocate(dtype, size(shape))
  const [from, step] = [c.draw(interesting[dtype].length), 1 + c.draw(3)]
  for (let i = 0; i < out.length; i++)
    out[i] = interesting[dtype][(from + i * step) % interesting[dtype].length] ?? 0
  return own(shape, dtype, out)
}

const uniform = (c: Context, shape: Dims, dtype: DType): Value =>
  make.broadcast(shape, [], make.constant(filled([], dtype, choose(c, interesting[dtype]) ?? 0)))

/** Something of the shape and dtype of `x`: a node of the pool, or one number spread. */
const like = (c: Context, x: Value): Value =>
  choose(c, [
    ...c.pool.filter((n) => n.dtype === x.dtype && n.shape.join() === x.shape.join()),
    uniform(c, x.shape, x.dtype)
  ]) ?? x

const map = <A>(x: A | undefined, f: (x: A) => Value | undefined): Value | undefined =>
  x === undefined ? undefined : f(x)

const axis = (c: Context, x: Value): number => c.draw(x.shape.length)

const subset = (c: Context, rank: number): Dims => range(0, rank).filter(() => c.draw(2) === 1)

const permutation = (c: Context, rank: number): Dims => {
  const rest = [...range(0, rank)]
  return range(0, rank).flatMap(() => rest.splice(c.draw(rest.length), 1))
}

/** The operations of a signature table that take a dtype. */
/** Copies are made by transformations and are opaque to passes; programs have none. */
const { copy: _copy, ...programs } = unaryForm

const taking = <K extends string>(
  table: Readonly<Record<K, { readonly takes: (d: DType) => boolean }>>,
  dtype: DType
): ReadonlyArray<K> => (Object.keys(table) as Array<K>).filter((op) => table[op].takes(dtype))

const unary: Maker = (c) =>
  map(anyNode(c), (x) => map(choose(c, taking(programs, x.dtype)), (op) => make.unary(op, x)))

const binary: Maker = (c) =>
  map(anyNode(c), (x) => {
    const [mine, other] = [c.draw(2) === 0, like(c, x)]
    return map(choose(c, taking(binaryForm, x.dtype)), (op) =>
      mine ? make.binary(op, x, other) : make.binary(op, other, x)
    )
  })

const reductions = (dtype: DType): ReadonlyArray<ReduceOp> =>
  dtype === 'bool' ? ['and', 'or'] : ['sum', 'prod', 'max', 'min']

/** Indices that lie within the axis, or now and then do not. */
const indices = (c: Context, shape: Dims, d: number): Value => {
  const out = allocate('i32', size(shape))
  const [from, bad] = [c.draw(d), c.draw(40) === 39]
  for (let i = 0; i < out.length; i++) out[i] = bad ? d : (from + i) % Math.max(1, d)
  return make.constant(own(shape, 'i32', out))
}

/** Pairs of equal-sized axes, and an operand that has them. */
const contraction = (c: Context, a: Value): Value => {
  const [batch, contract] = [subset(c, a.shape.length), subset(c, a.shape.length)].map((axes, i, all) =>
    i === 0 ? axes : axes.filter((x) => all[0]?.includes(x) !== true)
  )
  const [ba = [], ca = []] = [batch, contract]
  const axesOfB = [...ca, ...ba]
  const b = like(c, uniform(c, [...axesOfB.map((i) => dim(a.shape, i)), 2], a.dtype))
  return make.contract(
    { batch: [ba, ba.map((_, i) => ca.length + i)], contract: [ca, range(0, ca.length)] },
    a,
    b
  )
}

const gatherOf = (c: Context, x: Value): Value => {
  const [at, batch] = [axis(c, x), c.draw(2)]
  const shared = Math.min(batch, at)
  return make.gather(
    at,
    shared,
    indices(c, [...x.shape.slice(0, shared), ...(choose(c, [[], [2], [1, 2]]) ?? [])], dim(x.shape, at)),
    x
  )
}

const scatterOf = (c: Context, x: Value): Value => {
  const at = c.draw(x.shape.length + 1)
  const [shared, count] = [Math.min(c.draw(2), at), c.draw(x.shape.length - at + 1)]
  const shape = [...x.shape.slice(0, shared), ...x.shape.slice(at, at + count)]
  return make.scatter(3, at, shared, indices(c, shape, 3), x)
}

const reshapeOf = (c: Context, x: Value): Value => {
  const n = size(x.shape)
  return make.reshape(choose(c, [[n], ...shapes.filter((s) => size(s) === n), [1, n], [n, 1]]) ?? x.shape, x)
}

const sliceOf = (c: Context, x: Value): Value => {
  const start = x.shape.map((d) => c.draw(d + 1))
  return make.slice(
    start,
    x.shape.map((d, i) => d - c.draw(d - dim(start, i) + 1)),
    x.shape.map(() => 1 + c.draw(2)),
    x
  )
}

const padOf = (c: Context, x: Value): Value => {
  const counts = (): Dims => x.shape.map(() => c.draw(3))
  return make.pad(
    counts(),
    counts(),
    x.shape.map(() => c.draw(2)),
    choose(c, interesting[x.dtype]) ?? 0,
    x
  )
}

const broadcastOf = (c: Context, x: Value): Value => {
  const extra = c.draw(2)
  const places = range(0, x.shape.length + extra)
  const fresh = places.filter(() => c.draw(2) === 0).slice(0, extra)
  const axes = places.filter((i) => !fresh.includes(i)).slice(0, x.shape.length)
  const sizes = places.map((i) => (axes.includes(i) ? dim(x.shape, axes.indexOf(i)) : 2))
  return make.broadcast(sizes, axes, x)
}

const floating = (c: Context): Value | undefined => anyNode(c, (n) => isFloat(n.dtype))

type Family = Exclude<Node['_tag'], 'Input' | 'Invalid'>

/** How to grow one more node of each family; a new family needs a row here. */
const makers: Readonly<Record<Family, Maker>> = {
  Constant: (c) => {
    const dtype = choose(c, c.dtypes) ?? 'f32'
    const shape = choose(c, shapes) ?? []
    return c.draw(2) === 0 ? uniform(c, shape, dtype) : make.constant(data(c, shape, dtype))
  },
  Iota: (c) => {
    const shape = choose(
      c,
      shapes.filter((s) => s.length > 0)
    ) ?? [2]
    return make.iota(
      c.draw(shape.length),
      shape,
      choose(
        c,
        c.dtypes.filter((d) => d !== 'bool')
      ) ?? 'f32'
    )
  },
  Unary: unary,
  Binary: binary,
  Select: (c) =>
    map(anyNode(c), (x) =>
      make.select(like(c, uniform(c, x.shape, 'bool')), x, c.draw(3) === 2 ? x : like(c, x))
    ),
  Convert: (c) => map(anyNode(c), (x) => make.convert(choose(c, c.dtypes) ?? x.dtype, x)),
  Reduce: (c) =>
    map(anyNode(c), (x) =>
      make.reduce(choose(c, reductions(x.dtype)) ?? 'sum', subset(c, x.shape.length), x)
    ),
  ArgReduce: (c) =>
    map(anyNode(c, hasAxes), (x) => make.argReduce(c.draw(2) === 0 ? 'max' : 'min', axis(c, x), x)),
  Broadcast: (c) =>
    map(
      anyNode(c, (n) => n.shape.length < 4),
      (x) => broadcastOf(c, x)
    ),
  Reshape: (c) => map(anyNode(c), (x) => reshapeOf(c, x)),
  Permute: (c) => map(anyNode(c), (x) => make.permute(permutation(c, x.shape.length), x)),
  Slice: (c) => map(anyNode(c), (x) => sliceOf(c, x)),
  Pad: (c) => map(anyNode(c), (x) => padOf(c, x)),
  Concat: (c) =>
    map(anyNode(c, hasAxes), (x) =>
      make.concat(axis(c, x), [x, ...range(0, c.draw(3)).map(() => like(c, x))])
    ),
  Reverse: (c) => map(anyNode(c), (x) => make.reverse(subset(c, x.shape.length), x)),
  Contract: (c) => map(anyNode(c, isNumber), (x) => contraction(c, x)),
  Conv: (c) =>
    map(
      anyNode(c, (n) => isNumber(n) && n.shape.length > 1 && dim(n.shape, 0) > 0),
      (x) => convOf(c.draw, x, (n) => like(c, n))
    ),
  Window: (c) => map(anyNode(c, isNumber), (x) => windowOf(c.draw, x)),
  Gather: (c) => map(anyNode(c, hasAxes), (x) => gatherOf(c, x)),
  Scatter: (c) => map(anyNode(c, isNumber), (x) => scatterOf(c, x)),
  RandomBits: (c) =>
    map(
      choose(c, [
        ...c.pool.filter((n) => n.dtype === 'u32' && n.shape.at(-1) === 2),
        make.constant(own([2], 'u32', Uint32Array.of(7, 11)))
      ]),
      (k) => make.randomBits(choose(c, shapes) ?? [], k)
    ),
  Custom: (c) =>
    map(
      anyNode(c, (n) => isFloat(n.dtype)),
      (x) => choose(c, sumAndDoubleOf(x))
    ),
  Call: (c) => map(floating(c), (x) => choose(c, callResults(x, x))),
  Scan: (c) =>
    map(
      anyNode(c, (n) => isFloat(n.dtype) && n.shape.length > 0 && n.shape[0] !== 0),
      (x) => {
        const first = make.reduce('sum', [0], x)
        return choose(c, scanResults(c.draw(2) === 0, first, first, x))
      }
    ),
  While: (c) => map(floating(c), (x) => whileResults(c.draw(9), x)[0]),
  Case: (c) => map(floating(c), (x) => caseResults(c.draw(5) - 1, x, x)[0]),
  Project: (c) =>
    map(
      choose(
        c,
        c.pool.filter((n) => n._tag === 'Project')
      ),
      (n) => make.project(c.draw(n.x.results.length), n.x)
    )
}

const families: ReadonlyArray<Family> = Object.keys(makers) as Array<Family>

/** Scalar functions are most of what graphs are made of. */
const frequent: ReadonlyArray<Family> = [
  ...families,
  ...range(0, 4).flatMap((): ReadonlyArray<Family> => ['Unary', 'Binary'])
]

const drawFrom = (numbers: ReadonlyArray<number>): Draw => {
  let at = 0
  return (n) => (n <= 0 ? 0 : (numbers[at++] ?? 0) % n)
}

/** What cannot be is not grown, and sizes stay small. */
const keep = (n: Value | undefined): n is Value =>
  n !== undefined && n._tag !== 'Invalid' && size(n.shape) <= 200 && n.shape.length <= 6

const grow = (instructions: ReadonlyArray<ReadonlyArray<number>>, allowed: ReadonlyArray<DType>): Sample => {
  const start: Context = { pool: [], draw: drawFrom(instructions[0] ?? []), dtypes: allowed }
  const places = [[2, 3], [3], [], [2, 3]].map((shape, i) => ({
    shape,
    dtype: allowed[i % allowed.length] ?? 'f32'
  }))
  const parameters = places.map(({ shape, dtype }, i) => make.input(`x${String(i)}`, shape, dtype))
  const values = places.map(({ shape, dtype }) => data(start, shape, dtype))
  const pool: Array<Value> = [...parameters]
  for (const numbers of instructions) {
    const draw = drawFrom(numbers)
    const family = frequent[draw(frequent.length)] ?? 'Constant'
    const made = makers[family]({ pool, draw, dtypes: allowed })
    if (keep(made) && allowed.includes(made.dtype)) pool.push(made)
  }
  const used = new Set(topological(pool).flatMap(operands))
  const results = pool.filter((n) => !used.has(n) && n._tag !== 'Input')
  return { results: results.length === 0 ? pool.slice(-1) : results, parameters, values }
}

/** Random graphs; every value that a node can take, special ones too, is likely to occur. */
export const expressions = (options: Options = {}): fc.Arbitrary<Sample> =>
  fc
    .array(fc.array(fc.nat(1000), { minLength: 4, maxLength: 14 }), {
      minLength: 1,
      maxLength: options.length ?? 25,
      size: 'max'
    })
    .map((instructions) => grow(instructions, options.dtypes ?? dtypes))

/** Graphs as programs for every engine. */
export const randomPrograms = (options: Options = {}): fc.Arbitrary<Program> =>
  expressions(options).map(({ values, ...graph }) => ({ ...graph, point: values }))
