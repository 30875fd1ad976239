/** A loop of unknown length moves with its carries; going back would need all of them, which there is no room for. */
import { invalid } from '../../graph/error.js'
import type { Value, While } from '../../graph/Expr.js'
import * as make from '../../graph/make.js'
import {
  isThere,
  orZeros,
  placed,
  pushed,
  settled,
  those,
  type Block,
  type Modes,
  type Slots
} from './block.js'

const split = <A>(n: While, xs: ReadonlyArray<A>) => [xs.slice(0, n.captured), xs.slice(n.captured)] as const

const push =
  (n: While, modes: Modes) =>
  (ts: Slots): Slots => {
    const [fixed, first] = split(n, ts)
    const [moves, { tangents, slots }] = settled(first.map(isThere), (flags) => {
      const made = pushed(modes, n.body, [...fixed.map(isThere), ...flags])
      return [made.slots.map(isThere), made]
    })
    const [captured, carried] = split(n, n.xs)
    const count = fixed.filter(isThere).length
    const [ofFixed, ofCarries] = [tangents.slice(0, count), tangents.slice(count)]
    const starts = those(orZeros(first, carried), moves)
    const [bodyCaptured, bodyCarried] = split(n, n.body.parameters)
    const [testCaptured, testCarried] = split(n, n.condition.parameters)
    const test = [
      ...testCaptured,
      ...make.inputsLike('tangent', ofFixed),
      ...testCarried,
      ...make.inputsLike('tangent', ofCarries)
    ]
    const after = those(orZeros(slots, n.body.results), moves)
    const made = make.whileLoop(
      n.captured + count,
      { parameters: test, results: n.condition.results },
      {
        parameters: [...bodyCaptured, ...ofFixed, ...bodyCarried, ...ofCarries],
        results: [...n.body.results, ...after]
      },
      [...captured, ...fixed.filter(isThere), ...carried, ...starts]
    )
    return placed(moves, make.resultsOf(made, [...carried, ...starts]).slice(carried.length))
  }

const endless = (like: Value): Value =>
  invalid(
    'whileLoop',
    [like],
    'has no derivative in reverse, as its length is not known in advance; give it a bound, or use jvp'
  )

export const whileBlock = (n: While, modes: Modes): Block => ({
  push: push(n, modes),
  pull: (_, wanted) => n.xs.map((x, i) => (wanted[i] === true ? endless(x) : undefined))
})
