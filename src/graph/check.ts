/**
 * The checker of graphs: runs the smart constructor of every node again and compares. What the library's own functions build always passes;
 * a pass over graphs that breaks a shape rule does not.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { equalDims, isDim, size } from '../tensor/dims.js'
import { dtypes } from '../tensor/DType.js'
import { elements } from '../tensor/Tensor.js'
import { causes, invalid, showAval } from './error.js'
import type { Aval, BuildError, Node } from './Expr.js'
import { compileError, type CompileError } from './failure.js'
import { operands, rebuild, topological } from './fold.js'
import { outputsOf } from './print.js'

const same = (a: Aval, b: Aval): boolean => a.dtype === b.dtype && equalDims(a.shape, b.shape)

/** What every node promises, whatever its family. */
const malformed = (n: Node): string | undefined =>
  !n.shape.every(isDim)
    ? `${showAval(n)} is not a shape`
    : !dtypes.includes(n.dtype)
      ? `${n.dtype} is not a dtype`
      : undefined

/** Nodes without operands are compared with what they hold. */
const contents = (n: Node): string | undefined =>
  n._tag !== 'Constant'
    ? undefined
    : !same(n, n.value)
      ? `the node says ${showAval(n)}, its tensor is ${showAval(n.value)}`
      : elements(n.value).length !== size(n.shape)
        ? `${showAval(n)} holds ${String(elements(n.value).length)} elements`
        : undefined

const results = (n: Node, again: Node): boolean =>
  n._tag !== 'Custom' ||
  (again._tag === 'Custom' &&
    n.results.length === again.results.length &&
    n.results.every((r, i) => same(r, again.results[i] ?? n)))

/** What the constructor makes of the same operands, where that is something else. */
const constructed = (n: Node): string | undefined => {
  const again = rebuild(n, operands(n))
  if (again._tag === 'Invalid') return again.errors.map((e) => e.message).join('; ')
  if (again._tag !== n._tag) return `${again._tag} was made from its operands`
  return same(n, again) && results(n, again)
    ? undefined
    : `the node says ${showAval(n)}, its operands make ${showAval(again)}`
}

/** A node whose operands are in error is theirs to explain. */
const problem = (n: Node): string | undefined =>
  n._tag === 'Invalid' || operands(n).some((x) => x._tag === 'Invalid')
    ? undefined
    : (malformed(n) ?? contents(n) ?? constructed(n))

/** Everything wrong with a graph: the root causes that it carries, and nodes that their constructors would not make. */
export const faultsOf = (roots: ReadonlyArray<Node>): ReadonlyArray<BuildError> => {
  const order = topological(roots)
  const forged = order.flatMap((n) => {
    const message = problem(n)
    return message === undefined ? [] : [invalid(`check ${n._tag}`, operands(n), message)]
  })
  return causes([...order, ...forged])
}

/**
 * The same expressions where each is what its constructor makes, else everything that is wrong: shape errors made while building, and nodes
 * whose shape or dtype is not the one that follows from their operands.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { check, exp, tensor } from 'adjoint'
 * import * as E from 'fp-ts/lib/Either.js'
 *
 * strictEqual(E.isRight(check(exp(tensor([1, 2])))), true)
 * ```
 *
 * @since 0.1.0
 * @category checking
 */
export const check = <T extends object>(tree: T): E.Either<CompileError, T> => {
  const errors = faultsOf(outputsOf(tree).map((o) => o.node))
  return errors.length === 0 ? E.right(tree) : E.left(compileError(errors))
}
