/** Samples of what has an inside, beside the same written out: random bodies, and values that decide which branch is taken and how long loops are. */
import * as fc from 'fast-check'
import * as make from '../../src/graph/make.js'
import type { Input, Value } from '../../src/graph/Expr.js'
import { add, full, scaled } from '../../src/graph/terms.js'
import type { Dims } from '../../src/tensor/dims.js'
import { shape } from '../arbitrary/shape.js'
import { tensor } from '../arbitrary/tensor.js'
import { expanded } from '../oracle/expand.js'
import { bodyOf, callOf, chooseOf, indexBy, loopOf, numberOf, resultsOf, type Body } from './body.js'
import { seeds, type Sample } from './sample.js'

type Values = ReadonlyArray<Value>

/** A program, and one without insides (or with others) that means the same. */
export interface Pair extends Sample {
  readonly written: Values
  /** Whether there is a derivative in reverse. */
  readonly reverses: boolean
}

interface Drawn {
  readonly seeds: ReadonlyArray<number>
  readonly depth: number
  readonly length: number
  readonly reverse: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.noBias(
  fc.record({
    seeds: fc.array(seeds, { minLength: 4, maxLength: 4 }),
    depth: fc.integer({ min: 0, max: 1 }),
    length: fc.integer({ min: 0, max: 4 }),
    reverse: fc.boolean()
  })
)

const small = { maxRank: 2, maxSize: 2 }

type Program = (xs: ReadonlyArray<Input>, d: Drawn) => Omit<Pair, 'parameters' | 'point' | 'seed'>

/** Values of a shape, and a stack of them, at an ordinary point. */
const pairs = (program: Program): fc.Arbitrary<Pair> =>
  fc.tuple(shape(small), drawn).chain(([s, d]) => {
    const shapes: ReadonlyArray<Dims> = [s, s, [d.length, ...s]]
    return fc
      .tuple(fc.tuple(...shapes.map((one) => tensor({ shape: one, dtype: 'f64' }))), seeds)
      .map(([point, seed]) => {
        const parameters = shapes.map((one, i) => make.input(['w', 'h', 'xs'][i] ?? 'x', one, 'f64'))
        return { ...program(parameters, d), parameters, point, seed }
      })
  })

const bodiesOf = ({ seeds: all, depth }: Drawn): ReadonlyArray<Body> => all.map((seed) => bodyOf(seed, depth))

const writtenOut = (results: Values): ReturnType<Program> => ({
  results,
  written: expanded(results),
  reverses: true
})

const scans: Program = ([w, h, xs], d) => {
  const [next, output] = bodiesOf(d)
  return writtenOut(loopOf({ next: next!, output: output! }, d.reverse, [w!], h!, xs!))
}

const calls: Program = ([w, h], d) => {
  const [f, g] = bodiesOf(d)
  return writtenOut([callOf(f!, [w!, h!]), callOf((xs) => g!([w!, ...xs]), [h!])])
}

const branches: Program = ([w, h], d) => {
  const [f, g, k] = bodiesOf(d)
  return writtenOut([chooseOf(indexBy(w!), [f!, (xs) => g!([w!, ...xs]), k!], [h!])])
}

/** How many steps there are: one to four, by data. */
const limitOf = (w: Value): Value => {
  const scale = scaled(3, make.unary('logistic', numberOf(w)))
  return add(scale, full(1, scale))
}

const more = (k: Value, limit: Value): Value => make.binary('lt', k, limit)

const plusOne = (k: Value): Value => add(k, full(1, k))

const longest = 5

/** A loop that goes on until data says so, as one over as many steps as there can be, of which those beyond the end do nothing. */
const bounded = (w: Value, v: Value, h: Value, body: Body): Values => {
  const limit = limitOf(w)
  const [k, c, t] = [
    make.input('carry', [], limit.dtype),
    make.input('carry', h.shape, h.dtype),
    make.input('slice', [], 'i32')
  ]
  const inner = [make.input('captured', [], limit.dtype), make.input('captured', v.shape, v.dtype)] as const
  const [p, q] = [
    make.inputsLike('argument', [inner[1], k, c]),
    make.inputsLike('argument', [inner[1], k, c])
  ]
  const step = [plusOne(q[1]!), body([q[0]!, q[2]!])]
  const branch = make.choose(
    [
      { parameters: p, results: p.slice(1) },
      { parameters: q, results: step }
    ],
    make.convert('i32', more(k, inner[0])),
    [inner[1], k, c]
  )
  const options = { captured: 2, carries: 2, length: longest, reverse: false }
  const steps = make.iota(0, [longest], 'i32')
  const region = { parameters: [...inner, k, c, t], results: resultsOf(branch) }
  return resultsOf(make.scan(options, region, [limit, v, full(0, limit), h, steps])).slice(0, 2)
}

/** What steps use, and their number does not depend on. */
const sumOf = (xs: Value): Value => make.reduce('sum', [0], xs)

const whileLoops: Program = ([w, h, xs], d) => {
  const [body] = bodiesOf(d)
  const [limit, v] = [limitOf(w!), sumOf(xs!)]
  const likes = [limit, v, limit, h!]
  const [p, q] = [make.inputsLike('carry', likes), make.inputsLike('carry', likes)]
  const condition = { parameters: p, results: [more(p[2]!, p[0]!)] }
  const step = { parameters: q, results: [plusOne(q[2]!), body!([q[1]!, q[3]!])] }
  const results = resultsOf(make.whileLoop(2, condition, step, [limit, v, full(0, limit), h!]))
  return { results, written: expanded(bounded(w!, v, h!, body!)), reverses: false }
}

const boundedLoops: Program = ([w, h, xs], d) => writtenOut(bounded(w!, sumOf(xs!), h!, bodiesOf(d)[0]!))

/** One generator for each thing that has an inside. */
export const regionSamples = {
  scan: pairs(scans),
  branch: pairs(branches),
  call: pairs(calls),
  'bounded loop': pairs(boundedLoops),
  loop: pairs(whileLoops)
} as const
