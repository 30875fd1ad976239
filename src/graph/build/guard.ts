/** How every smart constructor answers: operands in error pass their causes on, a problem makes a new error, else the node is made. */
import { causes, invalid } from '../error.js'
import type { Node } from '../Expr.js'

/** The first thing wrong, or nothing. Conditions come in order, so later ones may rely on earlier ones. */
export type Problem = string | undefined

export const guard = (
  operation: string,
  operands: ReadonlyArray<Node>,
  problem: () => Problem,
  make: () => Node
): Node => {
  if (operands.some((x) => x._tag === 'Invalid')) {
    const first = operands[0]
    return {
      _tag: 'Invalid',
      shape: first?.shape ?? [],
      dtype: first?.dtype ?? 'f32',
      errors: causes(operands)
    }
  }
  const message = problem()
  return message === undefined ? make() : invalid(operation, operands, message)
}

/** The message of the first condition that holds. */
export const firstOf = (...conditions: ReadonlyArray<readonly [boolean, () => string]>): Problem =>
  conditions.find(([wrong]) => wrong)?.[1]()
