/** Calls and branches: the derivative of each region, with the tangents as further operands. */
import type { Call, Case, Region, Value } from '../../graph/Expr.js'
import { substitute } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import {
  floating,
  isThere,
  orZeros,
  placed,
  pulled,
  pushed,
  those,
  type Block,
  type Modes,
  type Slots
} from './block.js'

import { ruleBlock } from './rule.js'

/** Branches with further parameters, which agree on the results that they have. */
interface Agreeing {
  readonly regions: ReadonlyArray<Region>
  readonly has: ReadonlyArray<boolean>
}

interface Part {
  readonly region: Region
  readonly more: Region['parameters']
  readonly slots: Slots
}

/** A result that one region lacks and another has is zero in it. */
const agreeing = (parts: ReadonlyArray<Part>, likes: ReadonlyArray<Value>): Agreeing => {
  const has = likes.map((_, i) => parts.some(({ slots }) => isThere(slots[i])))
  return {
    has,
    regions: parts.map(({ region, more, slots }) => ({
      parameters: [...region.parameters, ...more],
      results: those(orZeros(slots, likes), has)
    }))
  }
}

const forward = (modes: Modes, regions: ReadonlyArray<Region>, moving: ReadonlyArray<boolean>): Agreeing =>
  agreeing(
    regions.map((region) => {
      const { tangents, slots } = pushed(modes, region, moving)
      return { region, more: tangents, slots }
    }),
    regions[0]?.results ?? []
  )

const backward = (
  modes: Modes,
  regions: ReadonlyArray<Region>,
  from: ReadonlyArray<boolean>,
  wanted: ReadonlyArray<boolean>
): Agreeing =>
  agreeing(
    regions.map((region) => {
      const { cotangents, slots } = pulled(modes, region, from, wanted)
      return { region, more: cotangents, slots }
    }),
    regions[0]?.parameters ?? []
  )

/** A value and what it is a name for, which derivatives of that refer to. */
const underNames = (x: Value): ReadonlyArray<Value> => {
  const all = [x]
  for (let y = x; y._tag === 'Unary' && y.name !== undefined; y = y.x) all.push(y.x)
  return all
}

/** A derivative that reads what was saved, rather than compute it again: it has further parameters for that, the last ones. */
const reading = ({ body, saved }: Call, { parameters, results }: Region): Region => {
  const inside = body.results.slice(body.results.length - saved)
  const inputs = make.inputsLike('saved', inside)
  const places = new Map<Value, Value>(inside.flatMap((x, i) => underNames(x).map((y) => [y, inputs[i]!])))
  return { parameters: [...parameters, ...inputs], results: substitute(results, places) }
}

const plainBlock = (n: Call, modes: Modes): Block => {
  const kept = make.resultsOf(n, n.results).slice(n.results.length - n.saved)
  const applied = ({ regions: [body], has }: Agreeing, more: ReadonlyArray<Value>): Slots => {
    if (body === undefined) return has.map(() => undefined)
    const region = n.saved === 0 ? body : reading(n, body)
    return placed(has, make.resultsOf(make.call(region, [...n.xs, ...more, ...kept]), region.results))
  }
  return {
    push: (ts) => applied(forward(modes, [n.body], ts.map(isThere)), ts.filter(isThere)),
    pull: (cs, wanted) =>
      applied(backward(modes, [n.body], cs.map(isThere), floating(wanted, n.xs)), cs.filter(isThere))
  }
}

export const callBlock = (n: Call, modes: Modes): Block =>
  n.rule === undefined
    ? plainBlock({ ...n, body: n.equal ?? n.body }, modes)
    : ruleBlock(n, n.rule, modes, plainBlock(n, modes))

/** The index has no tangent: which branch is taken is constant in a neighbourhood, or jumps. */
export const caseBlock = (n: Case, modes: Modes): Block => {
  const [index, ...xs] = n.xs
  const applied = ({ regions, has }: Agreeing, more: ReadonlyArray<Value>): Slots =>
    index === undefined
      ? []
      : placed(has, make.resultsOf(make.choose(regions, index, [...xs, ...more]), regions[0]?.results ?? []))
  return {
    push: (ts) => applied(forward(modes, n.branches, ts.slice(1).map(isThere)), ts.slice(1).filter(isThere)),
    pull: (cs, wanted) => [
      undefined,
      ...applied(
        backward(modes, n.branches, cs.map(isThere), floating(wanted.slice(1), xs)),
        cs.filter(isThere)
      )
    ]
  }
}
