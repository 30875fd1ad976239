import type { Data } from './data/model.js'

/** A workload ready to run. */
export interface Running {
  /** The whole work, awaited if it is not done yet: the loss of a training step, anything otherwise. */
  readonly run: () => unknown
  /** Samples of the answer, for workloads that have one. */
  readonly answer?: () => ReadonlyArray<number> | Promise<ReadonlyArray<number>>
  /** Milliseconds of compilation, where it is a step of its own rather than part of the first run. */
  readonly compileMs?: number
}

export interface Peer {
  readonly start: () => Promise<void>
  /** Nothing where the library has no way to do it. */
  readonly open: (data: Data) => Running | undefined
}
