/** Functions of trees as regions, and regions on the same operands. */
import type { Input, Region, Value } from '../graph/Expr.js'
import { nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import { close } from '../graph/Region.js'
import { refill } from '../tensor/Tree.js'

type Values = ReadonlyArray<Value>

/** A function of trees as a piece of graph. */
export interface Traced {
  readonly parameters: ReadonlyArray<Input>
  readonly results: Values
  readonly tree: unknown
}

export const traced = <A extends ReadonlyArray<unknown>>(f: (...args: A) => unknown, args: A): Traced => {
  const parameters = make.inputsLike('argument', nodesOf(args))
  const tree = f(...(refill(args, parameters) as A))
  return { parameters, results: nodesOf(tree), tree }
}

/** Regions on the same operands: what any of them captured, then their arguments. */
export interface Shared {
  readonly regions: ReadonlyArray<Region>
  readonly captured: Values
}

export const shared = (pieces: ReadonlyArray<Region>): Shared => {
  const closed = pieces.map(({ parameters, results }) => ({ ...close(parameters, results), own: parameters }))
  const captured = closed.flatMap((c) => c.captured)
  const regions = closed.map(({ region, own }, k) => {
    const groups = closed.map((c, i) =>
      i === k ? region.parameters.slice(0, c.captured.length) : make.inputsLike('captured', c.captured)
    )
    return { parameters: [...groups.flat(), ...own], results: region.results }
  })
  return { regions, captured }
}
