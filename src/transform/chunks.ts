/**
 * Loops that keep fewer states for their derivative (checkpointing): a loop over chunks, each of which is a call of a loop. Backward, a chunk is run
 * again from the state before it. A chunk may be a loop over chunks itself, so that few states suffice for many steps, at the price of running them more
 * than once.
 */
import type { Region, Value } from '../graph/Expr.js'
import * as make from '../graph/make.js'
import { stackedAval } from '../graph/aval.js'

type Values = ReadonlyArray<Value>

/** A loop without its operands. */
export interface Loop {
  readonly body: Region
  readonly captured: number
  readonly carries: number
  readonly reverse: boolean
}

/**
 * The lengths of chunks, the longest first, so that at most so many states are kept at a time: `m` on each of as few levels as there can be, where `m`
 * to the power of levels is no less than the length.
 */
export const chunksWithin = (budget: number, length: number): ReadonlyArray<number> => {
  for (let levels = 1; levels <= Math.log2(Math.max(length, 2)) + 1; levels++) {
    let base = 1
    while (base ** levels < length) base++
    if (levels * base <= budget) return Array.from({ length: levels - 1 }, (_, i) => base ** (levels - 1 - i))
  }
  return Array.from(
    { length: Math.ceil(Math.log2(length)) - 1 },
    (_, i) => 2 ** (Math.ceil(Math.log2(length)) - 1 - i)
  )
}

const rowsOf = (start: number, limit: number, x: Value): Value => {
  const rest = x.shape.slice(1)
  const zeros = rest.map(() => 0)
  return make.slice(
    [start, ...zeros],
    [limit, ...rest],
    x.shape.map(() => 1),
    x
  )
}

/** Last carries and outputs of a loop. */
const run = (loop: Loop, length: number, xs: Values): Values =>
  make.scanned({ ...loop, length }, loop.body, xs).slice(0, loop.body.results.length)

/** So many steps as a call, which is computed again where it is needed. */
const chunk = (loop: Loop, length: number, sizes: ReadonlyArray<number>): Region => {
  const { captured, carried, inputs } = make.scanParts(loop, loop.body.parameters)
  const parameters = [
    ...make.inputsLike('captured', captured),
    ...make.inputsLike('carry', carried),
    ...make.inputsLike(
      'slices',
      inputs.map((x) => stackedAval(length, x))
    )
  ]
  const body: Region = { parameters, results: inChunks(loop, length, sizes, parameters) }
  const outer = [make.inputsLike('captured', captured), parameters.slice(captured.length)].flat()
  return { parameters: outer, results: make.resultsOf(make.call(body, outer), body.results) }
}

/** The last carries and the outputs of a loop by chunks of a size, each by chunks of the next size. */
export const inChunks = (loop: Loop, length: number, sizes: ReadonlyArray<number>, xs: Values): Values => {
  const [size = length, ...smaller] = sizes
  if (size >= length)
    return smaller.length === 0 ? run(loop, length, xs) : inChunks(loop, length, smaller, xs)
  const count = Math.floor(length / size)
  const rest = length % size
  const { captured, carried, inputs } = make.scanParts(loop, xs)
  const [from, to] = loop.reverse ? [rest, length] : [0, count * size]
  const blocks = inputs.map((x) => make.reshape([count, size, ...x.shape.slice(1)], rowsOf(from, to, x)))
  const whole = run({ ...loop, body: chunk(loop, size, smaller) }, count, [
    ...captured,
    ...carried,
    ...blocks
  ])
  const last = whole.slice(0, loop.carries)
  const outputs = whole.slice(loop.carries).map((y) => make.reshape([count * size, ...y.shape.slice(2)], y))
  if (rest === 0) return [...last, ...outputs]
  const left = inputs.map((x) => rowsOf(loop.reverse ? 0 : to, loop.reverse ? rest : length, x))
  const tail = inChunks(loop, rest, smaller, [...captured, ...last, ...left])
  const joined = outputs.map((y, i) => {
    const more = tail[loop.carries + i]!
    return make.concat(0, loop.reverse ? [more, y] : [y, more])
  })
  return [...tail.slice(0, loop.carries), ...joined]
}
