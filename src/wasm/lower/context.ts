/** What lowering one program refers to. */
import { isMany, type Aval, type Node, type Project, type Value } from '../../graph/Expr.js'
import type { Canonical } from '../../graph/merge.js'
import { size, strides, type Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import type { Tensor } from '../../tensor/Tensor.js'
import type { Limits } from './group.js'
import type { Access, Buffer } from '../kernel/kernel.js'
import { schedule, type Schedule } from './schedule.js'

export interface Context {
  readonly nodes: ReadonlyArray<Node>
  /** Shape and dtype of a value. */
  readonly aval: (i: number) => Aval
  readonly plan: Schedule
  readonly operandsOf: (i: number) => ReadonlyArray<number>
  /** Where a value is read. */
  readonly access: (i: number) => Access
  /** The buffer of a value from its beginning to its end. */
  readonly dense: (i: number) => Access
  /** A buffer that is no value of the program. */
  readonly temporary: (dtype: DType, shape: Dims) => Access
  /** A buffer that holds the same in every run. */
  readonly constant: (buffer: Buffer, value: Tensor) => number
  /** All that there are. */
  readonly constants: () => ReadonlyMap<number, Tensor>
  /** Where the results of an operation with several are, those that are read. */
  readonly results: (i: number) => ReadonlyArray<number | undefined>
  readonly buffer: (id: number) => Buffer
  /** Whether a value is needed in memory. */
  readonly kept: (i: number) => boolean
}

/** Positions of projections, by the position of what they are of. */
const projected = ({ nodes, starts, from }: Canonical): ReadonlyMap<number, ReadonlyArray<number>> => {
  const found = new Map<number, Array<number>>()
  nodes.forEach((n, i) => {
    if (n._tag !== 'Project') return
    const of = from[starts[i]!]!
    found.set(of, [...(found.get(of) ?? []), i])
  })
  return found
}

const constantsIn = (nodes: ReadonlyArray<Node>): ReadonlyArray<readonly [number, Tensor]> =>
  nodes.flatMap((n, i): ReadonlyArray<readonly [number, Tensor]> =>
    n._tag === 'Constant' ? [[i, n.value]] : []
  )

export const context = (program: Canonical, limits: Limits): Omit<Context, 'kept'> => {
  const { nodes, starts, from } = program
  const plan = schedule(program, limits)
  const temporaries: Array<Buffer> = []
  const constants = new Map<number, Tensor>(constantsIn(nodes))
  const own = projected(program)
  const made = (b: Buffer): number => nodes.length + temporaries.push(b) - 1
  // Operands and results are values; what has several results is read through its projections.
  const aval = (i: number): Aval => nodes[i] as Value
  return {
    nodes,
    aval,
    plan,
    operandsOf: (i) => from.slice(starts[i], starts[i + 1]),
    access: (i) => {
      const { base, offset, steps } = plan.views[i]!
      return { buffer: base, offset, steps }
    },
    temporary: (dtype, shape) => ({
      buffer: made({ dtype, size: size(shape) }),
      offset: 0,
      steps: strides(shape)
    }),
    constant: (buffer, value) => {
      const known = [...constants].find(([id, v]) => id >= nodes.length && v === value)?.[0]
      const id = known ?? made(buffer)
      constants.set(id, value)
      return id
    },
    constants: () => constants,
    results: (i) => {
      const n = nodes[i]!
      const at = own.get(i) ?? []
      return isMany(n) ? n.results.map((_, k) => at.find((p) => (nodes[p] as Project).index === k)) : []
    },
    buffer: (id) => {
      if (id >= nodes.length) return temporaries[id - nodes.length]!
      const { dtype, shape } = aval(id)
      return { dtype, size: size(shape) }
    },
    dense: (i) => ({ buffer: i, offset: 0, steps: strides(aval(i).shape) })
  }
}
