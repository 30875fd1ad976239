/** Modules whose functions ask before they reach memory. Works on the bytes of a module, whoever made it. */
import { bytesOf, sized, unsigned, vector, type Code } from '../../../src/wasm/encode/code.js'
import { runs } from '../../../src/wasm/encode/control.js'
import { pageSize } from '../../../src/wasm/encode/module.js'
import { i32 } from '../../../src/wasm/encode/value.js'
import { checksAt, type Places } from './checks.js'
import { instructions, reader, sectionsOf, type Instruction, type MemoryUse } from './decode.js'

/** What is done at the beginning of a function. */
export interface Entry {
  readonly table: number
  readonly rows: number
  readonly kernel: number
  /** The words that are the kernel's own from now on: from, to and the owner. */
  readonly frame: readonly [number, number, number] | undefined
}

export interface Instrumented {
  readonly bytes: Uint8Array
  readonly pages: number
}

type Section = ReturnType<typeof sectionsOf>[number]

interface Numbers {
  readonly read: number
  readonly write: number
  readonly copy: number
  readonly enter: number
  readonly claim: number
}

/** What follows a run copies results to arguments; kernels copy what they read to what they make. */
interface Asking extends Numbers {
  readonly isKernel: boolean
}

const call = (index: number): Code => [0x10, unsigned(index)]
const get = (index: number): Code => [0x20, unsigned(index)]
const set = (index: number): Code => [0x21, unsigned(index)]

/** Locals of its own that a function keeps the stack in: an address, and what lies above it, by its type. */
const kinds = [0x7f, 0x7f, 0x7f, 0x7e, 0x7d, 0x7c, 0x7b]
const keptAt = (type: number): number => kinds.lastIndexOf(type)

/** Asks for an access; the stack is as it was. */
const asked = (use: MemoryUse, first: number, { read, write, copy, isKernel }: Asking): Code => {
  const range = (at: number, check: number): Code => [
    get(first + at),
    i32.const(0).code,
    get(first + 2),
    call(check)
  ]
  if (use.way === 'copy')
    return [
      set(first + 2),
      set(first + 1),
      set(first),
      isKernel ? [range(1, read), range(0, write)] : [[0, 1, 2].map((k) => get(first + k)), call(copy)],
      [0, 1, 2].map((k) => get(first + k))
    ]
  const above = use.above === undefined ? [] : [first + keptAt(use.above)]
  return [
    ...above.map(set),
    set(first),
    get(first),
    i32.const(use.offset).code,
    i32.const(use.bytes).code,
    call(use.way === 'read' ? read : write),
    get(first),
    ...above.map(get)
  ]
}

const instructed = (bytes: Uint8Array, all: ReadonlyArray<Instruction>, first: number, n: Asking): Code =>
  all.map(({ from, to, use }): Code => {
    const own = bytes.subarray(from, to)
    return use === undefined ? own : [asked(use, first, n), own]
  })

interface Body {
  readonly from: number
  readonly to: number
  readonly parameters: number
  readonly entry: Entry | undefined
  readonly isKernel: boolean
}

const declared = (bytes: Uint8Array, from: number) => {
  const r = reader(bytes, from)
  const groups = r.some((): readonly [number, number] => [r.leb(), r.byte()])
  return { groups, count: groups.reduce((n, [k]) => n + k, 0), end: r.at() }
}

const bodyOf = (bytes: Uint8Array, { from, to, parameters, entry, isKernel }: Body, n: Numbers): Code => {
  const { groups, count, end } = declared(bytes, from)
  const with3 = (xs: ReadonlyArray<number>, f: number): Code => [...xs.map((k) => i32.const(k).code), call(f)]
  const entering: Code =
    entry === undefined
      ? []
      : [
          with3([entry.table, entry.rows, entry.kernel], n.enter),
          entry.frame === undefined ? [] : with3(entry.frame, n.claim)
        ]
  const more = kinds.map((type): readonly [number, number] => [1, type])
  return sized([
    vector([...groups, ...more].map(([k, type]): Code => [unsigned(k), type])),
    entering,
    instructed(bytes, instructions(bytes, end, to), parameters + count, { ...n, isKernel })
  ])
}

const sectionNumbered = (sections: ReadonlyArray<Section>, id: number): Section =>
  sections.find((s) => s.id === id) ?? { id, from: 0, to: 0 }

/** How many parameters each function of a module has. */
const arities = (bytes: Uint8Array, sections: ReadonlyArray<Section>): ReadonlyArray<number> => {
  const types = reader(bytes, sectionNumbered(sections, 1).from)
  const parameters = types.some(() => {
    types.skip(1)
    const all = types.some(types.byte)
    types.some(types.byte)
    return all.length
  })
  const functions = reader(bytes, sectionNumbered(sections, 3).from)
  return functions.some(() => parameters[functions.leb()] ?? 0)
}

const exportsOf = (bytes: Uint8Array, { from }: Section): ReadonlyMap<string, number> => {
  const r = reader(bytes, from)
  return new Map(
    r.some((): readonly [string, number] => {
      const name = String.fromCharCode(...r.some(r.byte))
      r.skip(1)
      return [name, r.leb()]
    })
  )
}

/** With more at the end of what a section lists. */
const extended = (bytes: Uint8Array, { from, to }: Section, more: ReadonlyArray<Code>): Code => {
  const r = reader(bytes, from)
  const count = r.leb()
  return [unsigned(count + more.length), bytes.subarray(r.at(), to), more]
}

/** The bodies of a module's functions, but those of `apart` with checks. */
const codeOf = (
  bytes: Uint8Array,
  { from }: Section,
  parameters: ReadonlyArray<number>,
  imported: number,
  commit: number | undefined,
  entryOf: (index: number) => Entry | undefined,
  apart: ReadonlySet<number>,
  numbers: Numbers
): ReadonlyArray<Code> => {
  const r = reader(bytes, from)
  let index = imported
  return r.some(() => {
    const length = r.leb()
    const body = { from: r.at(), to: r.at() + length }
    r.skip(length)
    const own = {
      ...body,
      parameters: parameters[index - imported] ?? 0,
      entry: entryOf(index),
      isKernel: index !== commit
    }
    return apart.has(index++) ? sized(bytes.subarray(body.from, body.to)) : bodyOf(bytes, own, numbers)
  })
}

/** Functions that look at whole vectors of what they are given, and are called from outside. */
const tidying = ['tidyF32', 'tidyF64']

/** The module with checks: `entryOf` says what function belongs to which kernel. */
export const instrumented = (
  bytes: Uint8Array,
  places: Places,
  tableBytes: number,
  entryOf: (index: number) => Entry | undefined
): Instrumented => {
  const sections = sectionsOf(bytes)
  const parameters = arities(bytes, sections)
  // Functions that are imported are numbered before all others.
  const imports = sectionNumbered(sections, 2)
  const imported = imports.to === 0 ? 0 : reader(bytes, imports.from).leb()
  const first = imported + parameters.length
  const numbers = { read: first, write: first + 1, copy: first + 2, enter: first + 3, claim: first + 4 }
  const checks = checksAt(places)
  const names = exportsOf(bytes, sectionNumbered(sections, 7))
  const apart = new Set(tidying.map((name) => names.get(name) ?? -1))
  const typeCount = reader(bytes, sectionNumbered(sections, 1).from).leb()
  const pages = Math.ceil((places.tables + tableBytes) / pageSize)
  const added: Readonly<Record<number, (s: Section) => Code>> = {
    1: (s) => extended(bytes, s, [[0x60, vector([0x7f, 0x7f, 0x7f]), vector([])]]),
    3: (s) =>
      extended(
        bytes,
        s,
        checks.map(() => unsigned(typeCount))
      ),
    5: () => vector([[0, unsigned(pages)]]),
    10: (s) =>
      vector([
        ...codeOf(bytes, s, parameters, imported, names.get('commit'), entryOf, apart, numbers),
        ...checks.map((f) => sized([vector(runs(f.locals)), f.body, 0x0b]))
      ])
  }
  const written = sections.map((s): Code => [s.id, sized(added[s.id]?.(s) ?? bytes.subarray(s.from, s.to))])
  return { bytes: bytesOf([bytes.subarray(0, 8), written]), pages }
}
