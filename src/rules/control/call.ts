/** Calls and branches: the derivative of each region, with the tangents as further operands. */
import type { Call, Case, Region, Value } from '../../graph/Expr.js'
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

const plainBlock = (n: Call, modes: Modes): Block => {
  const applied = ({ regions: [body], has }: Agreeing, more: ReadonlyArray<Value>): Slots =>
    body === undefined
      ? has.map(() => undefined)
      : placed(has, make.resultsOf(make.call(body, [...n.xs, ...more]), body.results))
  return {
    push: (ts) => applied(forward(modes, [n.body], ts.map(isThere)), ts.filter(isThere)),
    pull: (cs, wanted) =>
      applied(backward(modes, [n.body], cs.map(isThere), floating(wanted, n.xs)), cs.filter(isThere))
  }
}

export const callBlock = (n: Call, modes: Modes): Block =>
  n.rule === undefined ? plainBlock(n, modes) : ruleBlock(n, n.rule, modes, plainBlock(n, modes))

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
