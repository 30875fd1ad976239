/**
 * The checker of graphs: runs the smart constructor of every node again and compares. What the library's own functions build always passes;
 * a pass over graphs that breaks a shape rule does not.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import { isDim, size } from '../tensor/dims.js'
import { dtypes } from '../tensor/DType.js'
import { elements } from '../tensor/Tensor.js'
import { sameAval } from './aval.js'
import { causes, invalid, showAval } from './error.js'
import { isMany, type Aval, type BuildError, type Node, type Value } from './Expr.js'
import { compileError, type CompileError } from './failure.js'
import { below, topological } from './fold.js'
import * as make from './make.js'
import { outputsOf } from './print.js'
import { operands, rebuild, rebuildMany, regionsOf } from './families.js'

/** What every node promises, whatever its family. */
const malformed = (n: Aval): string | undefined =>
  !n.shape.every(isDim)
    ? `${showAval(n)} is not a shape`
    : !dtypes.includes(n.dtype)
      ? `${n.dtype} is not a dtype`
      : undefined

/** Nodes without operands are compared with what they hold. */
const contents = (n: Node): string | undefined =>
  n._tag !== 'Constant'
    ? undefined
    : !sameAval(n, n.value)
      ? `the node says ${showAval(n)}, its tensor is ${showAval(n.value)}`
      : elements(n.value).length !== size(n.shape)
        ? `${showAval(n)} holds ${String(elements(n.value).length)} elements`
        : undefined

/** What each result that the constructor makes is, where that is something else than the node says. */
const compared = (said: ReadonlyArray<Aval>, made: ReadonlyArray<Value>): string | undefined => {
  const [first] = made
  if (first?._tag === 'Invalid') return first.errors.map((e) => e.message).join('; ')
  return said.length === made.length && said.every((r, i) => sameAval(r, made[i]!))
    ? undefined
    : `the node says ${said.map(showAval).join(', ')}, its operands make ${made.map(showAval).join(', ')}`
}

/** What the constructor makes of the same operands, where that is something else. */
const constructed = (n: Node): string | undefined => {
  if (isMany(n)) return compared(n.results, rebuildMany(n, operands(n)))
  const [owner] = below(n)
  if (n._tag === 'Project' && owner !== undefined && !isMany(owner))
    return `${owner._tag} was made from its operands`
  const again = n._tag === 'Project' ? make.project(n.index, n.x) : rebuild(n, operands(n))
  return again._tag === n._tag || again._tag === 'Invalid'
    ? compared([n], [again])
    : `${again._tag} was made from its operands`
}

const avalsOf = (n: Node): ReadonlyArray<Aval> => (isMany(n) ? n.results : [n])

/** A node whose operands are in error is theirs to explain. */
const problem = (n: Node): string | undefined =>
  n._tag === 'Invalid' || operands(n).some((x) => x._tag === 'Invalid')
    ? undefined
    : (avalsOf(n)
        .map(malformed)
        .find((m) => m !== undefined) ??
      contents(n) ??
      constructed(n))

/** All nodes, those inside of others included. */
const everything = (roots: ReadonlyArray<Value>): ReadonlyArray<Node> => {
  const order = topological(roots)
  return [...order, ...order.flatMap(regionsOf).flatMap(({ results }) => everything(results))]
}

/** Everything wrong with a graph: the root causes that it carries, and nodes that their constructors would not make. */
export const faultsOf = (roots: ReadonlyArray<Value>): ReadonlyArray<BuildError> => {
  const order = everything(roots)
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
