/** Programs whose modules check themselves: what they do wrong with memory is an error that names the buffers. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { causes, invalid } from '../../../src/graph/error.js'
import { compileError, type CompileError } from '../../../src/graph/failure.js'
import { faultAddress, reserved } from '../../../src/wasm/compile/emit.js'
import { pageSize } from '../../../src/wasm/encode/module.js'
import { isNested, worksOf, type Kernel } from '../../../src/wasm/kernel/kernel.js'
import { reads, writes } from '../../../src/wasm/kernel/uses.js'
import { machineOf, type Machine } from '../../../src/wasm/run/host.js'
import type { Compiled } from '../../../src/wasm/compile/compile.js'
import { bytesIn, describeIn, padded } from './buffers.js'
import { placesBehind, rowBytes, ways, wordsOf, type Places, type Row } from './checks.js'
import { constantsIn } from './constants.js'
import { instrumented, type Entry } from './instrument.js'
import { unsound } from './plan.js'
import type { Port } from '../../../src/wasm/kernel/plan.js'

/** Owners of words are buffers, counted from 1; what a kernel has left in the room for its own use belongs to that kernel. */
const ownerOf = (buffer: number): number => buffer + 1
const scratchOf = (kernel: number): number => 2 ** 30 + kernel

/** The note of what has no answer, which is the first thing in memory and every kernel may write. */
const faultNote: Row = { from: 0, to: reserved, padded: reserved, owner: 2 ** 30 - 1, made: true, read: true }

const rowOf = (port: Port, owner: number, { made, read }: Pick<Row, 'made' | 'read'>): Row => {
  const to = port.at + bytesIn(port)
  return { from: port.at, to, padded: port.at + padded(bytesIn(port)), owner, made, read }
}

/** Where a kernel adds to what it has written itself, or reads it, as those of regions do. What it only stores it does not read: an argument below may be gone. */
const accumulating = (k: Kernel): ReadonlyArray<number> =>
  k._tag === 'Lookup' || isNested(k)
    ? writes(k).map((a) => a.buffer)
    : worksOf(k).flatMap(({ reductions }) => reductions.map((r) => r.access.buffer))

/** What a kernel names, and the room for its own use. */
const rowsOf = ({ port, plan, emitted }: Compiled, k: Kernel, at: number): ReadonlyArray<Row> => {
  const made = new Set(writes(k).map((a) => a.buffer))
  const read = new Set([...reads(k).map((a) => a.buffer), ...accumulating(k)])
  const [from, to] = [plan.end, plan.end + emitted.scratch]
  const scratch: Row = { from, to, padded: to, owner: scratchOf(at), made: true, read: true }
  const one = (b: number): Row => rowOf(port(b), ownerOf(b), { made: made.has(b), read: read.has(b) })
  return [...[...new Set([...read, ...made])].map(one), scratch, faultNote]
}

/** Arguments that are copied to, with the results that belong there. */
const replacedIn = ({ inputs, carried, lowered }: Compiled): ReadonlyArray<Row> =>
  [...carried].flatMap((k) => {
    const port = inputs[k]
    return port === undefined ? [] : [rowOf(port, ownerOf(lowered.outputs[k]!), { made: true, read: true })]
  })

/** The tables of all kernels and of what follows a run, one behind the other. */
const tablesOf = (prepared: Compiled): ReadonlyArray<ReadonlyArray<Row>> => [
  ...prepared.emitted.kernels.map((k, i) => rowsOf(prepared, k, i)),
  replacedIn(prepared)
]

/** Where the regions of a kernel have their buffers. */
const frameOf = ({ port, emitted }: Compiled, at: number): Entry['frame'] => {
  const k = emitted.kernels[at]
  if (k === undefined || !isNested(k)) return undefined
  const { from, padded: to, owner } = rowOf(port(k.frame), ownerOf(k.frame), { made: true, read: true })
  return [from, to, owner]
}

/** Whose a word is. */
const nameIn =
  (prepared: Compiled) =>
  (owner: number): string => {
    if (owner === 0) return 'nothing'
    if (owner === faultNote.owner) return 'the note of a fault'
    return owner < scratchOf(0)
      ? describeIn(prepared)(owner - 1)
      : `what kernel ${owner - scratchOf(0)} left in its own room`
  }

interface Watch {
  readonly prepared: Compiled
  readonly machine: Machine
  readonly places: Places
}

/** Part of memory as words. */
const wordsAt = ({ memory }: Machine, from: number, bytes: number): Uint32Array =>
  new Uint32Array(memory.buffer, from, bytes / 4)

const shadowOf = ({ machine, places }: Watch, from: number, bytes: number): Uint32Array =>
  wordsAt(machine, places.shadow + from, bytes)

/** Words that are not what they should be: whose the first of them is instead. */
const strays = (w: Watch, port: Port, owner: number, what: string): ReadonlyArray<string> => {
  const words = shadowOf(w, port.at, bytesIn(port))
  const i = words.findIndex((found) => found !== owner)
  const name = nameIn(w.prepared)
  return i < 0 ? [] : [`${what}: at ${port.at + 4 * i} is ${name(words[i]!)}, not ${name(owner)}`]
}

/** Whether something had no answer. */
const hasFailed = ({ machine }: Watch): boolean => wordsAt(machine, faultAddress, 4)[0] !== 0

/** What a trap has noted. */
const trapped = ({ prepared, machine, places }: Watch): string | undefined => {
  const [way = 0, kernel = 0, at = 0, bytes = 0] = wordsAt(machine, places.note, 16)
  if (way === 0) return undefined
  const name = nameIn(prepared)
  const k = prepared.emitted.kernels[kernel]
  const named = tablesOf(prepared)[kernel] ?? []
  const found = wordsAt(machine, places.shadow + (at & ~3), 4)[0] ?? 0
  const who = k === undefined ? 'what follows a run' : `kernel ${kernel} (${k.name})`
  return `${who} ${ways[way] ?? ''} ${bytes} bytes at ${at}, where ${name(found)} is; it names ${named.map((r) => name(r.owner)).join('; ')}`
}

/** Buffers that are there before the first kernel. */
const givenIn = ({ plan, port }: Compiled): ReadonlyArray<readonly [number, Port]> =>
  plan.lifetimes.flatMap((l) => (l.from < 0 ? [[l.buffer, port(l.buffer)] as const] : []))

/** After the kernels, and again after results have been copied: what must be in its place. A run that fails has no results. */
const misplaced = (w: Watch, moved: boolean): ReadonlyArray<string> => {
  const { prepared } = w
  const { lowered, outputs, carried, inputs } = prepared
  const replaced = new Set([...carried].map((k) => inputs[k]?.at))
  const kept = givenIn(prepared).filter(([, port]) => !replaced.has(port.at))
  return [
    ...kept.flatMap(([id, port]) => strays(w, port, ownerOf(id), 'overwritten')),
    ...(hasFailed(w) ? [] : outputs).flatMap((port, k) =>
      strays(w, port, ownerOf(lowered.outputs[k]!), `result ${k}`)
    ),
    ...(moved ? [...carried] : []).flatMap((k) => {
      const port = inputs[k]
      return port === undefined
        ? []
        : strays(w, port, ownerOf(lowered.outputs[k]!), `argument ${k} of the next run`)
    })
  ]
}

/** Everything but what is there from the beginning holds nothing. */
const forget = (w: Watch): void => {
  shadowOf(w, 0, w.places.shadow).fill(0)
  shadowOf(w, 0, reserved).fill(faultNote.owner)
  for (const [id, port] of givenIn(w.prepared)) shadowOf(w, port.at, bytesIn(port)).fill(ownerOf(id))
}

/** What a call outside of the module has written belongs to what the kernel that calls makes there. */
const mark = (w: Watch, call: number): void => {
  const [kernel = 0] = wordsAt(w.machine, w.places.current + 8, 4)
  const rows = (tablesOf(w.prepared)[kernel] ?? []).filter((r) => r.made)
  for (const port of w.prepared.emitted.calls[call]?.results ?? []) {
    const row = port && rows.find((r) => r.from <= port.at && port.at < r.to)
    if (port && row) shadowOf(w, port.at, bytesIn(port)).fill(row.owner)
  }
}

/** Exceptions of primitives are theirs: only modules trap. */
const isTrap = (e: unknown): boolean => e instanceof Error && e.name === 'RuntimeError'

export type Complain = (what: string) => void

const watched = (w: Watch, complain: Complain): Machine => {
  const { machine } = w
  let spoilt: (() => ReadonlyArray<string>) | undefined
  const said = (all: ReadonlyArray<string>): void => {
    if (all.length === 0) return
    complain(all.join('\n'))
    throw new Error(all.join('\n'))
  }
  const guarded = (run: () => void): void => {
    try {
      run()
    } catch (e) {
      const noted = trapped(w)
      if (noted === undefined && !isTrap(e)) throw e
      said([noted ?? String(e)])
    }
  }
  const check = (moved: boolean): void => {
    said([...misplaced(w, moved), ...(spoilt?.() ?? [])])
  }
  return {
    ...machine,
    answer: (calls) => {
      machine.answer((k) => {
        calls(k)
        mark(w, k)
      })
    },
    step: () => {
      spoilt ??= constantsIn(w.prepared, machine)
      forget(w)
      guarded(machine.step)
      check(false)
    },
    commit: () => {
      guarded(machine.commit)
      check(true)
    }
  }
}

/** Programs that need more are not checked: their shadows would need as much again. */
export const mostPages = 2 ** 28 / pageSize

/** The machine of a program, with checks; every complaint is also told, whoever catches the error. */
export const checkedMachine = (
  prepared: Compiled,
  complain: Complain,
  judge: typeof unsound = unsound
): E.Either<CompileError, Machine> => {
  const { pages, exports, imports = [] } = prepared.emitted.module
  const image = { bytes: prepared.bytes, pages }
  const wrong = judge(prepared)
  if (wrong.length > 0) {
    complain(wrong.join('\n'))
    return E.left(compileError(causes([invalid('plan', [], wrong.join('; '))])))
  }
  if (pages > mostPages) return machineOf(image)
  const places = placesBehind(pages * pageSize)
  const tables = tablesOf(prepared)
  const starts = [places.tables]
  for (const rows of tables) starts.push(starts.at(-1)! + rows.length * rowBytes)
  const entry = (i: number): Entry => ({
    table: starts[i]!,
    rows: tables[i]!.length,
    kernel: i,
    frame: frameOf(prepared, i)
  })
  const last = tables.length - 1
  const entryOf = (index: number): Entry | undefined =>
    index - imports.length < last
      ? entry(index - imports.length)
      : index === exports['commit']
        ? entry(last)
        : undefined
  const words = tables.flatMap((rows) => rows.flatMap(wordsOf))
  return pipe(
    machineOf(instrumented(prepared.bytes, places, 4 * words.length, entryOf)),
    E.map((machine) => {
      wordsAt(machine, places.tables, 4 * words.length).set(words)
      return watched({ prepared, machine, places }, complain)
    })
  )
}
