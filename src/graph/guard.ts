/** How every smart constructor answers: operands in error pass their causes on, a problem makes a new error, else the node is made. */
import { shapeProblem } from '../tensor/dims.js'
import { causes, invalid } from './error.js'
import type { Aval, Invalid, Value } from './Expr.js'

/** The first thing wrong, or nothing. Conditions come in order, so later ones may rely on earlier ones. */
export type Problem = string | undefined

/** What operands in error make of an operation: their causes. Those without a name, which are of the operand itself, take that of the operation. */
export const passedOn = (operation: string, operands: ReadonlyArray<Value>): Invalid => ({
  _tag: 'Invalid',
  shape: operands[0]?.shape ?? [],
  dtype: operands[0]?.dtype ?? 'f32',
  errors: causes(operands).map((e) => (e.operation === '' ? { ...e, operation } : e))
})

export const guard = (
  operation: string,
  operands: ReadonlyArray<Value>,
  problem: () => Problem,
  make: () => Value
): Value => {
  if (operands.some((x) => x._tag === 'Invalid')) return passedOn(operation, operands)
  const message = problem()
  if (message !== undefined) return invalid(operation, operands, message)
  const made = make()
  const unfit = shapeProblem(made.shape)
  return unfit === undefined ? made : invalid(operation, operands, `the result ${unfit}`)
}

/** A node with several results, unless an operand is in error or there is a problem. */
export const several = <M extends { readonly results: ReadonlyArray<Aval> }>(
  operation: string,
  xs: ReadonlyArray<Value>,
  problem: () => Problem,
  made: () => M
): M | Invalid => {
  if (xs.some((x) => x._tag === 'Invalid')) return passedOn(operation, xs)
  const message =
    problem() ??
    made()
      .results.map((r) => shapeProblem(r.shape))
      .find((m) => m !== undefined)
  return message === undefined ? made() : invalid(operation, xs, message)
}

/** The message of the first condition that holds. */
export const firstOf = (...conditions: ReadonlyArray<readonly [boolean, () => string]>): Problem =>
  conditions.find(([wrong]) => wrong)?.[1]()
