/**
 * Derivatives of one's own. A rule is a linear map of directions, given as a region: in its own mode it is inlined, in the other its transpose is (the
 * derivative by directions, pulled back), which exists where that does not depend on them.
 */
import { invalid } from '../../graph/error.js'
import type { Call, CallRule, Region, Value } from '../../graph/Expr.js'
import { walk } from '../../graph/fold.js'
import * as make from '../../graph/make.js'
import { dependent, inline } from '../../graph/Region.js'
import { isFloat } from '../../tensor/DType.js'
import { floating, isThere, orZeros, plus, zeros, type Block, type Modes, type Slots } from './block.js'

type Values = ReadonlyArray<Value>

/** Operands and results, the first parameters of a rule. */
const given = (n: Call): Values => [...n.xs, ...make.resultsOf(n, n.results)]

const along = (n: Call, { region }: CallRule, directions: Values): Values =>
  inline(region, [...given(n), ...directions])

/** The rule's transpose, and whether it depends on directions: then the rule is not linear in them. */
const transposed = (modes: Modes, { region }: CallRule, from: number) => {
  const directions = region.parameters.slice(from)
  const cotangents = make.inputsLike('cotangent', region.results)
  const slots = modes.pull(region.results, directions, cotangents)
  const { order } = walk(slots.filter(isThere))
  const found = dependent(order, directions)
  return { directions, cotangents, slots, isLinear: !slots.some((s) => s !== undefined && found.has(s)) }
}

const notLinear = (mode: CallRule['mode'], like: Value): Value =>
  invalid(
    mode === 'jvp' ? 'customJvp' : 'customVjp',
    [like],
    mode === 'jvp'
      ? 'has no derivative in reverse, as its rule is not linear in the tangents; use jvp, or correct the rule'
      : 'has no derivative in forward mode, as its backward rule is not linear in the cotangents; use reverse mode, or give it a rule by customJvp'
  )

const against = (n: Call, rule: CallRule, modes: Modes, cotangents: Values, likes: Values): Slots => {
  const made = transposed(modes, rule, n.xs.length + n.results.length)
  if (!made.isLinear) return likes.map((like) => notLinear(rule.mode, like))
  const inner: Region = {
    parameters: [...rule.region.parameters, ...made.cotangents],
    results: made.slots.filter(isThere)
  }
  const values = inline(inner, [...given(n), ...made.directions.map(zeros), ...cotangents])
  let next = 0
  return made.slots.map((s) => (s === undefined ? undefined : values[next++]))
}

const onlyFloat = (slots: Slots, likes: ReadonlyArray<Pick<Value, 'dtype'>>): Slots =>
  slots.map((s, i) => (isFloat(likes[i]!.dtype) ? s : undefined))

/** `residuals` is the block of what the function keeps for its rule, which has the derivative that follows from it. */
export const ruleBlock = (n: Call, rule: CallRule, modes: Modes, residuals: Block): Block => {
  const [args, results] = [n.xs.slice(rule.captured), make.resultsOf(n, n.results).slice(0, rule.primals)]
  const forward = (ts: Slots): Slots => {
    const own = ts.slice(rule.captured)
    if (!own.some(isThere)) return results.map(() => undefined)
    const tangents = orZeros(own, args)
    const made = rule.mode === 'jvp' ? along(n, rule, tangents) : against(n, rule, modes, tangents, results)
    return onlyFloat(made, results)
  }
  const reverse = (cs: Slots): Slots => {
    const own = cs.slice(0, rule.primals)
    if (!own.some(isThere)) return args.map(() => undefined)
    const cotangents = orZeros(own, results)
    return rule.mode === 'vjp' ? along(n, rule, cotangents) : against(n, rule, modes, cotangents, args)
  }
  return {
    push: (ts) => [
      ...forward(ts),
      ...(n.results.length > rule.primals ? residuals.push(ts).slice(rule.primals) : [])
    ],
    pull: (cs, wanted) => {
      const kept = cs.map((c, i) => (i < rule.primals ? undefined : c))
      const own = [...n.xs.slice(0, rule.captured).map(() => undefined), ...reverse(cs)]
      const rest = kept.some(isThere) ? residuals.pull(kept, wanted) : n.xs.map(() => undefined)
      const asked = floating(wanted, n.xs)
      return own.map((s, i) => (asked[i] === true ? plus(s, rest[i]) : undefined))
    }
  }
}
