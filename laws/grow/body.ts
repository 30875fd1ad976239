/**
 * Random bodies of loops, branches and calls: functions of values of one shape, with an inside themselves where there is depth left. Each follows from a
 * number. They are smooth everywhere and bounded, so that a loop of them stays where differences can judge it.
 */
import * as make from '../../src/graph/make.js'
import type { Invalid, Many, Region, Value } from '../../src/graph/Expr.js'
import { close } from '../../src/graph/Region.js'
import { full, scaled } from '../../src/graph/terms.js'
import { range, size } from '../../src/tensor/dims.js'
import { threefry2x32 } from '../../src/tensor/threefry.js'
import type { Draw } from './context.js'

type Values = ReadonlyArray<Value>

/** A function of values, all of one shape and dtype. */
export type Body = (xs: Values) => Value

/** Numbers below others, which follow from a seed. */
export const drawsOf = (seed: number): Draw => {
  let at = 0
  return (n) => (n <= 0 ? 0 : (threefry2x32(seed >>> 0, 2, 0, at++)[0] >>> 0) % n)
}

const tanh = (x: Value): Value => make.unary('tanh', x)

/** What has two bounds: whatever is inside stays within them. */
const unaries = [tanh, (x: Value): Value => make.unary('sin', x)] as const
const binaries = ['add', 'sub', 'mul'] as const

/** The mean of all elements, everywhere. */
const spreadMean = (x: Value): Value => {
  const sum = make.reduce('sum', range(0, x.shape.length), x)
  return make.broadcast(x.shape, [], scaled(1 / Math.max(1, size(x.shape)), sum))
}

/** All results, or the error. */
export const resultsOf = (made: Many | Invalid): Values =>
  made._tag === 'Invalid' ? [made] : make.resultsOf(made, made.results)

/** A function of values as a region that closes over others. */
const closed = (f: Body, xs: Values) => {
  const inputs = make.inputsLike('argument', xs)
  return close(inputs, [f(inputs)])
}

/** What the branches captured, then their arguments: each has parameters for what the others captured. */
export const sharing = (branches: ReadonlyArray<Body>, xs: Values) => {
  const all = branches.map((f) => closed(f, xs))
  const regions = all.map(({ region }, k): Region => {
    const own = all[k]!.captured.length
    const groups = all.map((c, i) =>
      i === k ? region.parameters.slice(0, own) : make.inputsLike('captured', c.captured)
    )
    return { parameters: [...groups.flat(), ...region.parameters.slice(own)], results: region.results }
  })
  return { regions, captured: all.flatMap((c) => c.captured) }
}

/** A call of a body on some values; what else it refers to is captured. */
export const callOf = (f: Body, xs: Values): Value => {
  const { region, captured } = closed(f, xs)
  return resultsOf(make.call(region, [...captured, ...xs]))[0]!
}

export const chooseOf = (index: Value, branches: ReadonlyArray<Body>, xs: Values): Value => {
  const { regions, captured } = sharing(branches, xs)
  return resultsOf(make.choose(regions, index, [...captured, ...xs]))[0]!
}

/** `[c', y]` of a carry and a slice. */
export interface Step {
  readonly next: Body
  readonly output: Body
}

/** The last carry, the outputs, and the carries before each step; what else a step refers to is captured. */
export const loopOf = (
  { next, output }: Step,
  reverse: boolean,
  fixed: Values,
  first: Value,
  xs: Value
): Values => {
  const [c, x] = [
    make.input('carry', first.shape, first.dtype),
    make.input('slice', first.shape, first.dtype)
  ]
  const all = [...fixed, c, x]
  const { region, captured } = close([c, x], [next(all), output(all)])
  const options = { captured: captured.length, carries: 1, length: xs.shape[0] ?? 0, reverse }
  return resultsOf(make.scan(options, region, [...captured, first, xs]))
}

/** A number that depends on all elements, and on where each is. */
export const numberOf = (x: Value): Value => {
  const flat = make.reshape([size(x.shape)], x)
  const places = make.iota(0, flat.shape, x.dtype)
  return make.reduce('sum', [0], make.binary('mul', flat, make.binary('add', places, full(0.5, places))))
}

/** An index from 0 to 2, or beyond, by data. */
export const indexBy = (x: Value): Value =>
  make.convert('i32', scaled(3.5, make.unary('sin', scaled(1.5, numberOf(x)))))

/** What bodies are made with besides arguments. */
interface Context {
  readonly draw: Draw
  readonly depth: number
  /** By what branches are taken. */
  readonly index: (x: Value) => Value
}

type Maker = (context: Context, xs: Values) => Value

const any = (draw: Draw, xs: Values): Value => xs[draw(xs.length)]!

const inner = ({ draw, depth, index }: Context): Body => bodyOf(draw(2 ** 20), depth - 1, index)

/** What has an inside. */
const nested: ReadonlyArray<Maker> = [
  (c, xs) => callOf(inner(c), [any(c.draw, xs), any(c.draw, xs)]),
  (c, xs) => {
    const { draw, index } = c
    const ways = [inner(c), inner(c), inner(c)]
    return chooseOf(index(any(draw, xs)), ways, [any(draw, xs), any(draw, xs)])
  },
  (c, xs) => {
    const { draw } = c
    const rows = make.concat(
      0,
      [any(draw, xs), any(draw, xs)].map((x) => make.reshape([1, ...x.shape], x))
    )
    const step = { next: inner(c), output: inner(c) }
    const [last, ys] = loopOf(step, draw(2) === 0, [any(draw, xs)], any(draw, xs), rows)
    return draw(2) === 0 || ys === undefined ? last! : make.reduce('sum', [0], ys)
  }
]

const plain: ReadonlyArray<Maker> = [
  ({ draw }, xs) => unaries[draw(unaries.length)]!(any(draw, xs)),
  ({ draw }, xs) => make.binary(binaries[draw(binaries.length)]!, any(draw, xs), any(draw, xs)),
  ({ draw }, xs) => scaled([0.5, -0.75, 1.25][draw(3)]!, any(draw, xs)),
  ({ draw }, xs) => spreadMean(any(draw, xs)),
  ({ draw }, xs) => make.binary('add', any(draw, xs), full(0.25, xs[0]!))
]

/** Most operations of a body, beside those of what is inside of it. */
const mostOperations = 4

/**
 * The body of a number. Whatever it is made of, it depends on each argument, on each in another way, and is bounded. Branches are taken by data unless
 * told otherwise.
 */
export const bodyOf =
  (seed: number, depth: number, index = indexBy): Body =>
  (xs) => {
    const draw = drawsOf(seed)
    const pool = [...xs]
    for (let left = 1 + draw(mostOperations); left > 0; left--) {
      const makers = depth > 0 && draw(3) === 0 ? nested : plain
      pool.push(makers[draw(makers.length)]!({ draw, depth, index }, pool))
    }
    return tanh(xs.reduce((sum, x, i) => make.binary('add', sum, scaled(0.5 - 0.1 * i, x)), pool.at(-1)!))
  }
