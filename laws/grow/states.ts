/** Results in the places of arguments, with their shapes and dtypes: what a program that is run again and again hands on to its next run. */
import * as make from '../../src/graph/make.js'
import type { Aval, Input, Value } from '../../src/graph/Expr.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { full } from '../../src/graph/terms.js'
import { vjp } from '../../src/transform/differentiate.js'
import { equalDims, invertPermutation, range, size } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import type { Region } from '../../src/graph/Region.js'
import { partOf, type Join, type Part } from './larger.js'
import { uniform, type Draw } from './context.js'

/** What stands in the place of an argument. */
export type Successor =
  | 'gradient'
  | 'first'
  | 'offset'
  | 'strided'
  | 'reversed'
  | 'permuted'
  | 'node'
  | 'unchanged'
  | 'swapped'
  | 'shared'
  | 'reshaped'
  | 'foreign'
  | 'misfit'

/** What there is to choose from. */
interface Around {
  readonly x: Input
  readonly program: Region
  readonly nodes: ReadonlyArray<Value>
  /** What stands in the places before. */
  readonly before: ReadonlyArray<Value>
  readonly draw: Draw
}

export const isLike = (a: Aval, b: Aval): boolean => a.dtype === b.dtype && equalDims(a.shape, b.shape)

const chosen = <A>(draw: Draw, xs: ReadonlyArray<A>): A | undefined => xs[draw(xs.length)]

/** A node of the argument's shape, computed ones more often. */
const alike = ({ x, nodes, draw }: Around): Value => {
  const found = nodes.filter((n) => isLike(n, x))
  return found[Math.max(draw(found.length), draw(found.length))] ?? x
}

/** The derivative of the sum of all floating-point results, often also of something larger that has the argument for a part. */
const gradient = (around: Around): Value | undefined => {
  const { x, program, draw } = around
  const larger = draw(2) === 0 ? [] : [make.unary('square', partOf('before', x, alike(around), draw).whole)]
  const ys = [...larger, ...program.results].filter((y) => isFloat(y.dtype))
  return isFloat(x.dtype) && ys.length > 0
    ? vjp()(
        ys,
        [x],
        ys.map((y) => full(1, y))
      )[0]
    : undefined
}

const within =
  (...joins: ReadonlyArray<Join>) =>
  (around: Around): Part => {
    const { draw } = around
    const other = draw(3) === 0 ? uniform(1, around.x.shape, around.x.dtype) : alike(around)
    return partOf(chosen(draw, joins) ?? 'before', alike(around), other, draw)
  }

type Found = Value | Part | undefined

/** The view of a part in other order, undone: the shape stays. */
const turned = (around: Around): Part => {
  const order = [...range(0, around.x.shape.length)].reverse()
  const found = alike(around)
  const { part, whole } = partOf(
    'before',
    make.permute(order, found),
    make.permute(order, found),
    around.draw
  )
  return { part: make.permute(invertPermutation(order), part), whole }
}

const mirrored = (around: Around): Part => {
  const { part, whole } = within('before', 'high', 'after')(around)
  return { part: make.reverse(range(0, part.shape.length), part), whole }
}

const others = ({ x, program }: Around): ReadonlyArray<Value> => program.parameters.filter((y) => y !== x)

const successors: Readonly<Record<Successor, (around: Around) => Found>> = {
  gradient,
  first: within('before', 'high'),
  offset: within('after', 'low', 'beyond'),
  strided: within('interior'),
  reversed: mirrored,
  permuted: turned,
  node: alike,
  unchanged: ({ x }) => x,
  swapped: (around) => {
    const found = others(around).filter((y) => isLike(y, around.x))
    return chosen(around.draw, found)
  },
  shared: ({ x, before, draw }) =>
    chosen(
      draw,
      before.filter((n) => isLike(n, x))
    ),
  reshaped: ({ x, nodes, draw }) => {
    const found = nodes.filter((n) => n.dtype === x.dtype && !isLike(n, x) && size(n.shape) === size(x.shape))
    const y = chosen(draw, found)
    return y === undefined ? undefined : make.reshape(x.shape, y)
  },
  foreign: (around) => {
    const place = chosen(
      around.draw,
      others(around).filter((y) => !isLike(y, around.x))
    )
    return chosen(
      around.draw,
      around.nodes.filter((n) => place !== undefined && isLike(n, place))
    )
  },
  misfit: ({ x }) =>
    make.concat(
      0,
      [x, x].map((n) => make.reshape([size(n.shape)], n))
    )
}

/** Parts of larger things are what engines keep in the larger thing's memory. */
const frequent: ReadonlyArray<Successor> = [
  'gradient',
  'gradient',
  'gradient',
  'first',
  'first',
  'first',
  'offset',
  'strided',
  'reversed',
  'permuted',
  'node',
  'node',
  'unchanged',
  'swapped',
  'shared',
  'reshaped',
  'foreign',
  'misfit'
]

/** A result in the place of an argument, what kind it is, and what it is a part of, where somebody wants that too. */
interface Succession {
  readonly successor: Successor
  readonly result: Value
  readonly whole?: Value
}

const isPart = (found: Value | Part): found is Part => !('_tag' in found)

/** A program with results in the places of its arguments before its own, and of what kinds they are. */
export interface Stateful extends Region {
  readonly successors: ReadonlyArray<Successor>
}

/** A drawn kind of result, or the argument's next best. */
const succession = (around: Around): Succession => {
  const wanted = chosen(around.draw, frequent) ?? 'node'
  const found = successors[wanted](around)
  if (found === undefined || (!isPart(found) && found._tag === 'Invalid'))
    return { successor: 'node', result: alike(around) }
  if (!isPart(found)) return { successor: wanted, result: found }
  return found.part._tag === 'Invalid'
    ? { successor: 'node', result: alike(around) }
    : { successor: wanted, result: found.part, ...(around.draw(4) === 0 ? { whole: found.whole } : {}) }
}

/** Many times the same, so that engines may put off copying it until somebody looks. */
const spread = (nodes: ReadonlyArray<Value>, draw: Draw): ReadonlyArray<Value> => {
  const x = draw(3) === 0 ? chosen(draw, nodes) : undefined
  return x === undefined || size(x.shape) === 0
    ? []
    : [make.broadcast([Math.ceil(65 / size(x.shape)), ...x.shape], range(1, x.shape.length + 1), x)]
}

/** A program's own results, behind results in the places of arguments; a large one now and then. */
export const stateful = (program: Region, draws: ReadonlyArray<Draw>, drawLarge: Draw): Stateful => {
  const nodes = valuesBelow([...program.parameters, ...program.results])
  const before: Array<Value> = []
  const found = program.parameters.map((x, i) => {
    const one = succession({ x, program, nodes, before, draw: draws[i] ?? (() => 0) })
    before.push(one.result)
    return one
  })
  const wholes = found.flatMap(({ whole }) => (whole === undefined ? [] : [whole]))
  return {
    parameters: program.parameters,
    results: [...before, ...wholes, ...program.results, ...spread(nodes, drawLarge)],
    successors: found.map(({ successor }) => successor)
  }
}
