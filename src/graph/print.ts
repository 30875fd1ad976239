/**
 * Graphs as text: one line for each operation, equal structures once, scalar constants as literals.
 *
 * @since 0.1.0
 */
import { showDims, size, type Dims } from '../tensor/dims.js'
import type { Windows } from '../tensor/windows.js'
import { showNumber } from '../tensor/show.js'
import { elements, toFlat } from '../tensor/Tensor.js'
import { locate } from '../tensor/Tree.js'
import { showAval } from './error.js'
import {
  isMany,
  node,
  type Constant,
  type ContractDims,
  type Input,
  type Node,
  type Region,
  type Value
} from './Expr.js'
import { below, regionsOf, topological, valueOf } from './fold.js'
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

type Attributes = ReadonlyArray<readonly [key: string, value: string, shown: boolean]>

const pair = ([a, b]: readonly [Dims, Dims]): string => `${showDims(a)} x ${showDims(b)}`

const pairs = (d: ContractDims): Attributes => [
  ['batch', pair(d.batch), d.batch[0].length > 0],
  ['contract', pair(d.contract), true]
]

const sliding = (w: Windows): Attributes => [
  ['strides', showDims(w.strides), some(w.strides, 1)],
  ['low', showDims(w.low), some(w.low, 0)],
  ['inputDilation', showDims(w.inputDilation), some(w.inputDilation, 1)],
  ['windowDilation', showDims(w.windowDilation), some(w.windowDilation, 1)]
]

const some = (counts: Dims, usual: number): boolean => counts.some((c) => c !== usual)

/** What an operation is told besides its operands. */
const attributes = (n: Node): Attributes => {
  switch (n._tag) {
    case 'Input':
    case 'Constant':
    case 'Invalid':
    case 'Unary':
    case 'Binary':
    case 'Select':
    case 'Convert':
    case 'Reshape':
    case 'Custom':
    case 'Call':
    case 'Case':
      return []
    case 'While':
      return [['captured', String(n.captured), n.captured > 0]]
    case 'Scan':
      return [
        ['captured', String(n.captured), n.captured > 0],
        ['carries', String(n.carries), true],
        ['length', String(n.length), true],
        ['reverse', String(n.reverse), n.reverse]
      ]
    case 'Iota':
    case 'ArgReduce':
    case 'Concat':
      return [['axis', String(n.axis), true]]
    case 'Reduce':
    case 'Broadcast':
    case 'Reverse':
      return [['axes', showDims(n.axes), true]]
    case 'Permute':
      return [['permutation', showDims(n.permutation), true]]
    case 'Slice':
      return [
        ['start', showDims(n.start), true],
        ['limit', showDims(n.limit), true],
        ['stride', showDims(n.stride), some(n.stride, 1)]
      ]
    case 'Pad':
      return [
        ['low', showDims(n.low), true],
        ['high', showDims(n.high), true],
        ['interior', showDims(n.interior), some(n.interior, 0)],
        ['value', showNumber('f64', n.value), true]
      ]
    case 'Contract':
      return pairs(n.dims)
    case 'Conv':
      return sliding(n.windows)
    case 'Window':
      return [['size', showDims(n.size), true], ...sliding(n.windows)]
    case 'Gather':
    case 'Scatter':
      return [
        ['axis', String(n.axis), true],
        ['batch', String(n.batch), n.batch > 0]
      ]
    case 'RandomBits':
      return [['counters', showDims(n.counters), true]]
    case 'Project':
      return [['index', String(n.index), true]]
  }
}

const lower = (tag: string): string => tag.charAt(0).toLowerCase() + tag.slice(1)

/** The name of an operation; a primitive of a user has its own. */
export const operation = (n: Node): string => {
  switch (n._tag) {
    case 'Unary':
    case 'Binary':
    case 'Reduce':
      return n.op
    case 'ArgReduce':
      return `arg${n.op}`
    case 'Window':
      return `${n.op}Window`
    case 'Select':
      return 'where'
    case 'Custom':
      return n.rule.name
    case 'Constant':
      return `constant ${firstElements(n)}`
    case 'Invalid':
      return `invalid ${JSON.stringify(n.errors.map((e) => e.message).join('; '))}`
    case 'Input':
    case 'Iota':
    case 'Convert':
    case 'Broadcast':
    case 'Reshape':
    case 'Permute':
    case 'Slice':
    case 'Pad':
    case 'Concat':
    case 'Reverse':
    case 'Contract':
    case 'Conv':
    case 'Gather':
    case 'Scatter':
    case 'RandomBits':
    case 'Project':
    case 'Call':
    case 'Scan':
    case 'While':
    case 'Case':
      return lower(n._tag)
  }
}

/** How many elements of a constant are worth a look. */
const glance = 8

const firstElements = ({ value }: Constant): string => {
  const data = elements(value).subarray(0, glance)
  const shown = Array.from(data, (v) => showNumber(value.dtype, v))
  return `[${[...shown, ...(size(value.shape) > glance ? ['...'] : [])].join(', ')}]`
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
const elementwise = (n: Node): boolean => n._tag === 'Unary' || n._tag === 'Binary' || n._tag === 'Select'

const operand = (names: Listing['names'], x: Node, shapeKnown: boolean): string => {
  const name = valueOf(names, x)
  return shapeKnown || isMany(x) || x.shape.length === 0 || literal(x) === undefined
    ? name
    : `(${name}: ${showAval(x)})`
}

/** The right-hand side of a line: operation, operands, attributes. */
export const describe = (names: Listing['names'], n: Node): string => {
  const shown = attributes(n).flatMap(([key, value, matters]) => (matters ? [`${key}: ${value}`] : []))
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
