/** What lowering one program refers to. */
import type { Aval, Node, Value } from '../../graph/Expr.js'
import type { Canonical } from '../../graph/merge.js'
import { size, strides, type Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import type { Limits } from './group.js'
import type { Access } from '../kernel/kernel.js'
import { schedule, type Schedule } from './schedule.js'

/** What a buffer holds. */
export interface Buffer {
  readonly dtype: DType
  readonly size: number
}

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
  readonly buffer: (id: number) => Buffer
  /** Whether a value is needed in memory. */
  readonly kept: (i: number) => boolean
}

export const context = (program: Canonical, limits: Limits): Omit<Context, 'kept'> => {
  const { nodes, starts, from } = program
  const plan = schedule(program, limits)
  const temporaries: Array<Buffer> = []
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
      buffer: nodes.length + temporaries.push({ dtype, size: size(shape) }) - 1,
      offset: 0,
      steps: strides(shape)
    }),
    buffer: (id) => {
      if (id >= nodes.length) return temporaries[id - nodes.length]!
      const { dtype, shape } = aval(id)
      return { dtype, size: size(shape) }
    },
    dense: (i) => ({ buffer: i, offset: 0, steps: strides(aval(i).shape) })
  }
}
