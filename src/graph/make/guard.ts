/** How every smart constructor answers: operands in error pass their causes on, a problem makes a new error, else the node is made. */
import { shapeProblem } from '../../tensor/dims.js'
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
  if (message !== undefined) return invalid(operation, operands, message)
  const made = make()
  const unfit = shapeProblem(made.shape)
  return unfit === undefined ? made : invalid(operation, operands, `the result ${unfit}`)
}

/** The message of the first condition that holds. */
export const firstOf = (...conditions: ReadonlyArray<readonly [boolean, () => string]>): Problem =>
  conditions.find(([wrong]) => wrong)?.[1]()
