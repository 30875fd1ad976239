/**
 * Graphs as pictures, in Graphviz' DOT language.
 *
 * @since 0.1.0
 */
import type { Node } from './Expr.js'
import { below, valueOf } from './fold.js'
import { showAval } from './error.js'
import { describe, listing, listingOf, outputsOf, typeOf, type Listing } from './print.js'
import { regionsOf } from './families.js'

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

/** A listing as statements; `prefix` keeps the names of its nodes apart from those of others. */
const statements = (l: Listing, prefix: string): ReadonlyArray<string> => {
  const drawn = [...l.inputs, ...l.lines]
  const ids = new Map<Node, string>(drawn.map((n, i) => [n, `${prefix}n${String(i)}`]))
  const idOf = (n: Node): string => ids.get(n) ?? ''
  const nodes = drawn.map((n) => `${idOf(n)} [label=${quoted(label(l, n))}, ${looks(n)}]`)
  const edges = drawn.flatMap((n) =>
    below(n).flatMap((x) => (ids.has(x) ? [`${idOf(x)} -> ${idOf(n)}`] : []))
  )
  return [...nodes, ...edges, ...returned(l, ids, prefix), ...drawn.flatMap((n) => clusters(n, idOf(n)))]
}

const returned = (l: Listing, ids: ReadonlyMap<Node, string>, prefix: string): ReadonlyArray<string> =>
  l.outputs.flatMap((o, i) => {
    const [id, from] = [`${prefix}out${String(i)}`, ids.get(o.node)]
    const value = from === undefined ? `${o.path} ${valueOf(l.names, o.node)}: ${showAval(o.node)}` : o.path
    const text = `return ${value}`.trim()
    return [
      `${id} [label=${quoted(text)}, shape=plaintext]`,
      ...(from === undefined ? [] : [`${from} -> ${id}`])
    ]
  })

/** What is inside a node, as a box of its own. */
const clusters = (n: Node, id: string): ReadonlyArray<string> =>
  regionsOf(n).flatMap((r, k) => [
    `subgraph cluster_${id}_${String(k)} {`,
    `  label=${quoted(`inside ${id}`)}`,
    ...statements(listingOf(r), `${id}_${String(k)}_`).map((s) => `  ${s}`),
    '}'
  ])

/**
 * An expression, or a tree of expressions, as a Graphviz digraph: inputs are ellipses, constants notes, operations boxes. Scalar constants are
 * written into the operations that use them.
 *
 * @example
 * ```ts
 * import { ok } from 'node:assert'
 * import { exp, tensor } from 'adjoint'
 * import { toDot } from 'adjoint/export'
 *
 * ok(toDot(exp(tensor([1, 2]))).startsWith('digraph {'))
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const toDot = (tree: object): string =>
  ['digraph {', ...statements(listing(outputsOf(tree)), '').map((s) => `  ${s}`), '}'].join('\n')
