/**
 * Graphs as text: one line for each operation, equal structures once, scalar constants as literals.
 *
 * @since 0.1.0
 */
import { showNumber } from '../tensor/show.js'
import { toFlat } from '../tensor/Tensor.js'
import { locate } from '../tensor/Tree.js'
import { showAval } from './error.js'
import { isMany, node, type Input, type Node, type Region, type Value } from './Expr.js'
import { attributesOf, isPointwise, operation, regionsOf } from './families.js'
import { below, topological, valueOf } from './fold.js'
import { showAttribute } from './form.js'
import { merge } from './merge.js'

/** An output with its place in the tree that was asked for. */
export interface Output {
  readonly path: string
  readonly node: Value
}

/** A graph ready to be written down: merged, ordered, every node with the text that stands for it. */
export interface Listing {
  readonly outputs: ReadonlyArray<Output>
  readonly inputs: ReadonlyArray<Input>
  /** The nodes that get a line of their own, operands before users. */
  readonly lines: ReadonlyArray<Node>
  readonly names: ReadonlyMap<Node, string>
}

/** The literal that a scalar constant, or the broadcast of one, is read as. */
const literal = (n: Node): string | undefined => {
  const x = n._tag === 'Broadcast' ? n.x : n
  if (x._tag !== 'Constant' || x.shape.length > 0) return undefined
  return toFlat(x.value).map((v) => showNumber(x.dtype, Number(v)))[0]
}

/** `0 -> a, 25 -> z, 26 -> aa`. */
const letters = (i: number): string => {
  const rest = Math.floor(i / 26) - 1
  return (rest >= 0 ? letters(rest) : '') + String.fromCharCode(97 + (i % 26))
}

const firstFree = (taken: ReadonlySet<string>, candidate: (i: number) => string, from: number): number => {
  let i = from
  while (taken.has(candidate(i))) i++
  return i
}

/** Inputs keep their names; one that is not free gets a number. */
export const inputNames = (inputs: ReadonlyArray<Input>): ReadonlyMap<Node, string> => {
  const taken = new Set<string>()
  return new Map(
    inputs.map((n) => {
      const own = n.name === '' ? 'input' : n.name
      const candidate = (i: number): string => (i === 0 ? own : `${own}_${String(i)}`)
      const name = candidate(firstFree(taken, candidate, 0))
      taken.add(name)
      return [n, name]
    })
  )
}

const lineNames = (
  lines: ReadonlyArray<Node>,
  taken: ReadonlySet<string>
): ReadonlyArray<readonly [Node, string]> => {
  let next = 0
  return lines.map((n) => {
    const i = firstFree(taken, letters, next)
    next = i + 1
    return [n, letters(i)]
  })
}

/** Merges, orders and names a graph, with the parameters that are given. Literals get no line of their own. */
export const listing = (outputs: ReadonlyArray<Output>, parameters?: ReadonlyArray<Input>): Listing => {
  const merged = merge(
    outputs.map((o) => o.node),
    'erased'
  )
  const order = topological(merged)
  const inputs = parameters ?? order.filter((n) => n._tag === 'Input')
  const lines = order.filter((n) => n._tag !== 'Input' && literal(n) === undefined)
  const own = inputNames(inputs)
  const literals = order.flatMap((n): ReadonlyArray<readonly [Node, string]> => {
    const text = literal(n)
    return text === undefined ? [] : [[n, text]]
  })
  const names = new Map([...own, ...literals, ...lineNames(lines, new Set(own.values()))])
  return { outputs: merged.map((n, i) => ({ path: outputs[i]?.path ?? '', node: n })), inputs, lines, names }
}

/** Whether an operand's shape can be read off the result. */
const elementwise = (n: Node): boolean => isPointwise(n) && n._tag !== 'Convert'

const operand = (names: Listing['names'], x: Node, shapeKnown: boolean): string => {
  const name = valueOf(names, x)
  return shapeKnown || isMany(x) || x.shape.length === 0 || literal(x) === undefined
    ? name
    : `(${name}: ${showAval(x)})`
}

/** The right-hand side of a line: operation, operands, attributes. */
export const describe = (names: Listing['names'], n: Node): string => {
  const shown = attributesOf(n).flatMap(([key, value, isShown = true]) =>
    isShown ? [`${key}: ${showAttribute(value)}`] : []
  )
  const words = [operation(n), ...below(n).map((x) => operand(names, x, elementwise(n)))]
  return [...words, ...(shown.length === 0 ? [] : [`{${shown.join(', ')}}`])].join(' ')
}

/** Shape and dtype; of several results, all. */
export const typeOf = (n: Node): string => {
  if (!isMany(n)) return showAval(n)
  const shown = n.results.map(showAval).join(', ')
  return n.results.length > 1 ? `(${shown})` : shown
}

/** A tree's outputs as `{ path = value }`, an array's as `[value]`. */
const answer = ({ outputs, names }: Listing): string => {
  const text = (n: Value): string =>
    literal(n) === undefined ? valueOf(names, n) : `${valueOf(names, n)}: ${showAval(n)}`
  const [only] = outputs
  if (outputs.length === 1 && only?.path === '') return text(only.node)
  return outputs.every((o, i) => o.path === `[${String(i)}]`)
    ? `[${outputs.map((o) => text(o.node)).join(', ')}]`
    : `{ ${outputs.map((o) => `${o.path} = ${text(o.node)}`).join(', ')} }`
}

/** What is inside a node, as functions on lines of their own. Regions are closed: their names begin anew. */
const insideOf = (n: Node): ReadonlyArray<string> => regionsOf(n).flatMap((r) => rendered(listingOf(r)))

/** A region as a listing: its results are those of an array. */
export const listingOf = ({ parameters, results }: Region): Listing =>
  listing(
    results.map((y, i) => ({ path: `[${String(i)}]`, node: y })),
    parameters
  )

const rendered = (l: Listing): ReadonlyArray<string> => [
  `(${l.inputs.map((n) => `${valueOf(l.names, n)}: ${showAval(n)}`).join(', ')}) =>`,
  ...l.lines.flatMap((n) => [
    `  ${valueOf(l.names, n)}: ${typeOf(n)} = ${describe(l.names, n)}`,
    ...insideOf(n).map((line) => `    ${line}`)
  ]),
  `  return ${answer(l)}`
]

const render = (l: Listing): string => rendered(l).join('\n')

/** The outputs of an expression or of a tree of them; tensors count as constants. */
export const outputsOf = (tree: object): ReadonlyArray<Output> =>
  locate(tree).map(({ path, leaf }) => ({ path, node: node(leaf) }))

/**
 * An expression, or a tree of expressions, as text: one line for each operation with its dtype and shape. Equal parts are written once, and
 * scalar constants as literals.
 *
 * @example
 * ```ts
 * import { strictEqual } from 'node:assert'
 * import { print, tensor } from 'adjoint'
 *
 * strictEqual(print(tensor([1, 2])), '() =>\n  a: f32[2] = constant [1, 2]\n  return a')
 * ```
 *
 * @since 0.1.0
 * @category printing
 */
export const print = (tree: object): string => render(listing(outputsOf(tree)))
