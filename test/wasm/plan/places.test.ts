/**
 * The plan of whole programs, by a memory that knows what each of its words holds: kernels find what they read, wherever places are used again
 * and results written over arguments, and everything is in its place for the next run.
 */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { flow } from 'fp-ts/lib/function.js'
import { expect, it, test } from 'vitest'
import { register, type Program } from '../../../laws/index.js'
import { fail, law, pass, type Verdict } from '../../../laws/law/index.js'
import * as make from '../../../src/graph/make.js'
import { size, type Dims } from '../../../src/tensor/dims.js'
import { compileModule } from '../../../src/wasm/index.js'

import type { Access, Kernel, Nest, Rows } from '../../../src/wasm/kernel/kernel.js'
import { reads, writes } from '../../../src/wasm/kernel/uses.js'
import { own } from '../../../src/tensor/Tensor.js'
import { unsafeRight } from '../../support/outcome.js'
import { withEpilogues } from '../../../src/wasm/fuse/epilogue.js'
import { rowsWithin } from '../../../src/wasm/fuse/rows.js'
import { convolutionPrograms } from '../fuse/convolutions.js'
import { productPrograms } from '../fuse/products.js'
import { rowPrograms, small } from '../fuse/programs.js'
import { stateful, statefulPrograms } from '../stateful.js'
import { widthOf } from '../../../src/wasm/kernel/width.js'

type Prepared = Extract<ReturnType<typeof compileModule>, { readonly _tag: 'Right' }>['right']

/** Words of memory and whose they are: of which buffer, and which word of it. */
const memory = ({ port, lowered }: Prepared) => {
  const owner = new Map<number, string>()
  const words = (buffer: number): number => widthOf(lowered.buffer(buffer).dtype) / 4
  const wordsOf = (buffer: number, element: number): ReadonlyArray<readonly [number, string]> =>
    Array.from({ length: words(buffer) }, (_, w) => {
      const at = element * words(buffer) + w
      return [port(buffer).at + 4 * at, `${buffer}:${at}`]
    })
  const elements = (buffer: number): ReadonlyArray<number> =>
    Array.from({ length: lowered.buffer(buffer).size }, (_, i) => i)
  const holds = (buffer: number, element: number): boolean =>
    wordsOf(buffer, element).every(([address, word]) => owner.get(address) === word)
  const put = (buffer: number, element: number): void => {
    for (const [address, word] of wordsOf(buffer, element)) owner.set(address, word)
  }
  return {
    holds,
    put,
    holdsAll: (buffer: number) => elements(buffer).every((i) => holds(buffer, i)),
    putAll: (buffer: number) => {
      for (const i of elements(buffer)) put(buffer, i)
    },
    move: (from: number, to: number, bytes: number) => {
      const moved = Array.from({ length: bytes / 4 }, (_, w) => owner.get(from + 4 * w))
      moved.forEach((word, w) => word === undefined || owner.set(to + 4 * w, word))
    },
    /** Whether the words of a buffer's first elements lie in order from an address. */
    liesAt: (buffer: number, size: number, address: number) =>
      Array.from({ length: size * words(buffer) }, (_, w) => w).every(
        (w) => owner.get(address + 4 * w) === `${buffer}:${w}`
      )
  }
}

type Memory = ReturnType<typeof memory>

/** The points of a domain in order. */
const points = (domain: Dims): ReadonlyArray<Dims> =>
  domain.reduce<ReadonlyArray<Dims>>(
    (some, d) => some.flatMap((p) => Array.from({ length: d }, (_, i) => [...p, i])),
    [[]]
  )

const elementAt = ({ offset, steps }: Access, point: Dims): number =>
  point.reduce((sum, i, axis) => sum + i * (steps[axis] ?? 0), offset)

/** At each point, those that begin in some way, all is read before anything is written. */
const runPoints = (m: Memory, k: Nest, at: Dims): string | undefined => {
  const loads = k.elements.flatMap((e) => (e._tag === 'Load' ? [e.access] : []))
  for (const inner of points(k.domain.slice(at.length))) {
    const p = [...at, ...inner]
    const lost = loads.find((a) => !m.holds(a.buffer, elementAt(a, p)))
    if (lost !== undefined) return `${k.name} finds buffer ${lost.buffer} overwritten at ${p.join()}`
    for (const { access } of [...k.stores, ...k.reductions]) m.put(access.buffer, elementAt(access, p))
  }
  return undefined
}

const runNest = (m: Memory, k: Nest): string | undefined => {
  const lost = runPoints(m, k, [])
  if (lost !== undefined) return lost
  // Over no points, reductions are what nothing adds up to.
  for (const { access } of k.reductions) m.putAll(access.buffer)
  return undefined
}

/** At each common point all stages in order. */
const runRows = (m: Memory, { outer, stages }: Rows): string | undefined => {
  for (const at of points(outer))
    for (const stage of stages) {
      const lost = runPoints(m, stage, at)
      if (lost !== undefined) return lost
    }
  return undefined
}

const runKernel = (m: Memory, k: Kernel): string | undefined => {
  if (k._tag === 'Nest') return runNest(m, k)
  if (k._tag === 'Rows') return runRows(m, k)
  const lost = reads(k).find((a) => !m.holdsAll(a.buffer))
  if (lost !== undefined) return `${k.name} finds buffer ${lost.buffer} overwritten`
  for (const a of writes(k)) m.putAll(a.buffer)
  return undefined
}

/** Runs a prepared program on a memory of owners. */
const complaint = (prepared: Prepared, program: Program): string | undefined => {
  const { listed, lowered, plan, port, carried } = prepared
  const m = memory(prepared)
  const made = new Set(lowered.kernels.flatMap(writes).map((a) => a.buffer))
  const given = [...new Set(plan.lifetimes.map((l) => l.buffer))].filter((id) => !made.has(id))
  for (const id of given) m.putAll(id)
  for (const k of lowered.kernels) {
    const said = runKernel(m, k)
    if (said !== undefined) return said
  }
  for (const t of plan.transfers) m.move(t.from, t.to, t.bytes)
  const argument = (k: number): number => listed.nodes.indexOf(program.parameters[k]!)
  const replaced = new Set([...carried].map(argument))
  const spoilt = given.find((id) => !replaced.has(id) && !m.holdsAll(id))
  if (spoilt !== undefined) return `buffer ${spoilt}, which is there from the beginning, has been overwritten`
  const lost = lowered.outputs.findIndex((id, k) => {
    const place = carried.has(k) ? port(argument(k)).at : port(id).at
    return !m.liesAt(id, size(program.results[k]!.shape), place)
  })
  return lost < 0 ? undefined : `result ${lost} is not where it is looked for`
}

const fuse = flow(withEpilogues, rowsWithin(small))

const judge = (program: Program): Verdict => {
  const prepared = compileModule(program, { fuse })
  const said = E.isLeft(prepared) ? undefined : complaint(prepared.right, program)
  return said === undefined ? pass : fail(said)
}

const places = (name: string, arbitrary: fc.Arbitrary<Program>, numRuns: number) =>
  law({
    name,
    statement: { left: 'what a kernel reads', right: 'is what was written there last' },
    arbitrary,
    judge,
    numRuns
  })

register({
  name: 'plan',
  parents: [],
  laws: [
    places('places', statefulPrograms, 1000),
    places('places of rows', stateful(rowPrograms), 500),
    places('places of what is made of sums', stateful(fc.oneof(convolutionPrograms, productPrograms)), 60)
  ]
})(test)

it('a result that is computed point by point from its argument takes its place, another does not', () => {
  const x = make.input('x', [6], 'f32')
  const y = make.input('y', [2, 3], 'f32')
  const turned = make.reshape([2, 3], make.reverse([0], make.reshape([6], y)))
  const results = [make.unary('neg', x), make.binary('add', y, turned)]
  const { plan, inputs, outputs } = unsafeRight(compileModule({ results, parameters: [x, y] }))
  expect(outputs[0]?.at).toBe(inputs[0]?.at)
  expect(plan.transfers).toEqual([{ from: outputs[1]?.at, to: inputs[1]?.at, bytes: 24 }])
})

it('what is made of the sums of a convolution takes the place of what is added to them, not of its operand', () => {
  const [x, y] = [make.input('x', [1, 4, 2], 'f32'), make.input('y', [1, 4, 2], 'f32')]
  const kernel = make.constant(own([1, 2, 2], 'f32', Float32Array.of(1, 2, 3, 4)))
  const still = { strides: [], low: [], inputDilation: [], windowDilation: [] }
  const sums = make.conv([], still, kernel, x)
  const results = [make.binary('add', sums, x), make.binary('sub', sums, y)]
  const { inputs, outputs, lowered } = unsafeRight(compileModule({ results, parameters: [x, y] }))
  expect(lowered.kernels.map((k) => k._tag)).toEqual(['Patches'])
  expect(outputs[0]?.at).not.toBe(inputs[0]?.at)
  expect(outputs[1]?.at).toBe(inputs[1]?.at)
})
