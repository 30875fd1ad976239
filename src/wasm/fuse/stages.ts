/** Nests as the stages of one kernel: what only they need shrinks to one row, or stays in registers. */
import type { Dims } from '../../tensor/dims.js'

import type { Access, Buffer, Element, Nest, Rows } from '../kernel/kernel.js'
import { rowSize, staysInRow, usesIn, type Use } from './row.js'

/** What must be known of the program around some nests. */
export interface Around {
  readonly buffer: (id: number) => Buffer
  /** Whether anything else reads or writes a buffer, or it is a result. */
  readonly elsewhere: (buffer: number) => boolean
}

interface StageUse extends Use {
  readonly stage: Nest
}

const byBuffer = (stages: ReadonlyArray<Nest>): ReadonlyMap<number, ReadonlyArray<StageUse>> => {
  const found = new Map<number, Array<StageUse>>()
  for (const stage of stages)
    for (const use of usesIn(stage)) {
      const known = found.get(use.access.buffer)
      if (known === undefined) found.set(use.access.buffer, [{ ...use, stage }])
      else known.push({ ...use, stage })
    }
  return found
}

/** Whether some of them write what others use. */
const isHandedOn = (uses: ReadonlyArray<StageUse>): boolean =>
  uses.some((u) => u.way !== 'read') && uses.some((u) => u.stage !== uses[0]!.stage)

/** Whether nests over common outer axes depend on each other row by row only. */
export const areRowwise = (
  outer: Dims,
  stages: ReadonlyArray<Nest>,
  buffer: (id: number) => Buffer
): boolean =>
  stages.every(({ reductions }) =>
    reductions.every(({ access }) => access.steps.slice(outer.length - 1).some((s) => s !== 0))
  ) &&
  [...byBuffer(stages)].every(
    ([id, uses]) =>
      !isHandedOn(uses) || uses.every((u) => u.way !== 'add' && staysInRow(outer, buffer(id).size, u))
  )

/** Accesses of one row for all: the next is written over it. */
const inOneRow = (nest: Nest, rank: number, passing: ReadonlySet<number>): Nest => {
  const here = <A extends { readonly access: Access }>(x: A): A =>
    passing.has(x.access.buffer)
      ? { ...x, access: { ...x.access, steps: x.access.steps.map((s, i) => (i < rank ? 0 : s)) } }
      : x
  return {
    ...nest,
    elements: nest.elements.map((e): Element => (e._tag === 'Load' ? here(e) : e)),
    stores: nest.stores.map(here),
    reductions: nest.reductions.map(here)
  }
}

/** The kernel of some nests that depend on each other row by row, and the buffers that it makes smaller. */
export const rowsOf = (
  outer: Dims,
  stages: ReadonlyArray<Nest>,
  { buffer, elsewhere }: Around
): readonly [Rows, ReadonlyMap<number, Buffer>] => {
  const handedOn = [...byBuffer(stages)].filter(([, uses]) => isHandedOn(uses))
  const length = (id: number): number => rowSize(outer, buffer(id).size)
  const passing = new Set(handedOn.flatMap(([id]) => (elsewhere(id) ? [] : [id])))
  const kernel: Rows = {
    _tag: 'Rows',
    name: `rows of ${stages[0]?.name ?? ''}`,
    outer,
    stages: stages.map((s) => inOneRow(s, outer.length, passing)),
    passing
  }
  return [kernel, new Map([...passing].map((id) => [id, { ...buffer(id), size: length(id) }]))]
}
