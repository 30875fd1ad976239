/** Einstein summation as pairwise contractions, from left to right. */
import * as make from '../graph/make.js'
import { invalid } from '../graph/error.js'
import type { Value } from '../graph/Expr.js'
import { full } from '../graph/terms.js'
import { range, showDims } from '../tensor/dims.js'

/** An operand whose axes have names. */
interface Labelled {
  readonly x: Value
  readonly labels: ReadonlyArray<string>
}

interface Spec {
  readonly operands: ReadonlyArray<ReadonlyArray<string>>
  readonly result: ReadonlyArray<string>
}

const parse = (text: string): Spec => {
  const [left = '', right] = text.replaceAll(' ', '').split('->')
  const operands = left.split(',').map((s) => Array.from(s))
  const all = operands.flat()
  return {
    operands,
    result:
      right === undefined
        ? [...new Set(all)].filter((l) => all.filter((m) => m === l).length === 1).sort()
        : Array.from(right)
  }
}

const sizesOf = (spec: Spec, xs: ReadonlyArray<Value>): ReadonlyArray<readonly [string, number]> =>
  spec.operands.flatMap((labels, i) => labels.map((l, k) => [l, xs[i]?.shape[k] ?? -1] as const))

const problem = (spec: Spec, xs: ReadonlyArray<Value>): string | undefined => {
  if (spec.operands.length !== xs.length)
    return `${String(spec.operands.length)} operands are named, ${String(xs.length)} given`
  if (spec.operands.some((labels) => labels.includes('.')))
    return 'an ellipsis is not supported; name every axis, or vmap over the leading ones'
  const odd = [...spec.operands.flat(), ...spec.result].find((l) => !/^[A-Za-z]$/.test(l))
  if (odd !== undefined) return `"${odd}" is not a label; labels are single letters`
  const wrong = xs.findIndex((x, i) => x.shape.length !== spec.operands[i]?.length)
  if (wrong >= 0)
    return `operand ${String(wrong)} is named ${spec.operands[wrong]?.join('') ?? ''} but has shape ${showDims(xs[wrong]?.shape ?? [])}`
  const sizes = sizesOf(spec, xs)
  const clash = sizes.find(([l, d]) => sizes.some(([m, e]) => m === l && e !== d))
  if (clash !== undefined)
    return `label ${clash[0]} has sizes ${[...new Set(sizes.filter(([l]) => l === clash[0]).map(([, d]) => d))].join(' and ')}`
  const lost = spec.result.find((l, i) => !spec.operands.flat().includes(l) || spec.result.indexOf(l) !== i)
  return lost === undefined
    ? undefined
    : `label ${lost} of the result must occur once there, and in an operand`
}

/** A label that occurs twice in one operand is its diagonal: masked by equal indices, then summed over the second occurrence. */
const diagonal = ({ x, labels }: Labelled): Labelled => {
  const second = labels.findIndex((l, i) => labels.indexOf(l) !== i)
  if (second < 0) return { x, labels }
  const first = labels.indexOf(labels[second] ?? '')
  const same = make.binary('eq', make.iota(first, x.shape, 'i32'), make.iota(second, x.shape, 'i32'))
  return diagonal({
    x: make.reduce('sum', [second], make.select(same, x, full(0, x))),
    labels: labels.filter((_, i) => i !== second)
  })
}

/** Sums over the labels that nobody needs any more. */
const settle = ({ x, labels }: Labelled, needed: ReadonlyArray<string>): Labelled => {
  const axes = range(0, labels.length).filter((i) => !needed.includes(labels[i] ?? ''))
  return axes.length === 0
    ? { x, labels }
    : { x: make.reduce('sum', axes, x), labels: labels.filter((l) => needed.includes(l)) }
}

/** Labels in both that are needed later are batch axes, the others are contracted. */
const pair = (a: Labelled, b: Labelled, needed: ReadonlyArray<string>): Labelled => {
  const both = a.labels.filter((l) => b.labels.includes(l))
  const [batch, contract] = [both.filter((l) => needed.includes(l)), both.filter((l) => !needed.includes(l))]
  const places = (x: Labelled, labels: ReadonlyArray<string>): ReadonlyArray<number> =>
    labels.map((l) => x.labels.indexOf(l))
  const dims = {
    batch: [places(a, batch), places(b, batch)] as const,
    contract: [places(a, contract), places(b, contract)] as const
  }
  const free = (x: Labelled): ReadonlyArray<string> => x.labels.filter((l) => !both.includes(l))
  return { x: make.contract(dims, a.x, b.x), labels: [...batch, ...free(a), ...free(b)] }
}

const summed = (spec: Spec, xs: ReadonlyArray<Value>): Value => {
  const terms = xs.map((x, i) => diagonal({ x, labels: spec.operands[i] ?? [] }))
  const neededAfter = (i: number): ReadonlyArray<string> => [
    ...spec.result,
    ...terms.slice(i + 1).flatMap((t) => t.labels)
  ]
  const [first, ...rest] = terms.map((t, i) =>
    settle(t, [...spec.result, ...terms.flatMap((o, k) => (k === i ? [] : o.labels))])
  )
  if (first === undefined) return invalid('einsum', xs, 'needs at least one operand')
  const total = rest.reduce((acc, t, i) => pair(acc, t, neededAfter(i + 1)), first)
  return make.permute(
    spec.result.map((l) => total.labels.indexOf(l)),
    total.x
  )
}

export const einsumNode = (text: string, xs: ReadonlyArray<Value>): Value => {
  const spec = parse(text)
  const wrong = problem(spec, xs)
  const dtype = xs[0]?.dtype ?? 'f32'
  if (dtype === 'bool') return invalid('einsum', xs, 'takes numbers, not bool; convert the operands first')
  return wrong === undefined ? summed(spec, xs) : invalid('einsum', xs, `"${text}": ${wrong}`)
}
