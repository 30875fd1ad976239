/**
 * Graphs as pictures, in Graphviz' DOT language.
 *
 * @since 0.1.0
 */
import type { Node } from './Expr.js'
import { operands, valueOf } from './fold.js'
import { showAval } from './error.js'
import { describe, listing, outputsOf, typeOf, type Listing } from './print.js'

/** A quoted string; line breaks within labels are the escape sequence `\n`. */
const quoted = (text: string): string =>
  `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`

const looks = (n: Node): string =>
  n._tag === 'Input'
    ? 'shape=ellipse, style=filled, fillcolor=lightblue'
    : n._tag === 'Constant'
      ? 'shape=note, style=filled, fillcolor=lightyellow'
      : n._tag === 'Invalid'
        ? 'shape=octagon, color=red'
        : 'shape=box'

const label = ({ names }: Listing, n: Node): string => {
  const typed = `${valueOf(names, n)}: ${typeOf(n)}`
  return n._tag === 'Input' ? typed : `${typed}\n${describe(names, n)}`
}

const statements = (l: Listing): ReadonlyArray<string> => {
  const drawn = [...l.inputs, ...l.lines]
  const ids = new Map(drawn.map((n, i) => [n, `n${String(i)}`]))
  const idOf = (n: Node): string => ids.get(n) ?? ''
  const nodes = drawn.map((n) => `${idOf(n)} [label=${quoted(label(l, n))}, ${looks(n)}]`)
  const edges = drawn.flatMap((n) =>
    operands(n).flatMap((x) => (ids.has(x) ? [`${idOf(x)} -> ${idOf(n)}`] : []))
  )
  const outputs = l.outputs.flatMap((o, i) => {
    const id = `out${String(i)}`
    const value = ids.has(o.node) ? o.path : `${o.path} ${valueOf(l.names, o.node)}: ${showAval(o.node)}`
    const text = `return ${value}`.trim()
    return [
      `${id} [label=${quoted(text)}, shape=plaintext]`,
      ...(ids.has(o.node) ? [`${idOf(o.node)} -> ${id}`] : [])
    ]
  })
  return [...nodes, ...edges, ...outputs]
}

/**
 * An expression, or a tree of expressions, as a Graphviz digraph: inputs are ellipses, constants notes, operations boxes. Scalar constants are
 * written into the operations that use them.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import { exp, tensor, toDot } from 'adjoint'
 *
 * ok(toDot(exp(tensor([1, 2]))).startsWith('digraph {'))
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const toDot = (tree: object): string =>
  ['digraph {', ...statements(listing(outputsOf(tree))).map((s) => `  ${s}`), '}'].join('\n')
