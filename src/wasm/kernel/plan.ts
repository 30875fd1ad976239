/** What a memory plan says. */
import type { Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'

/** A buffer from the kernel that writes it to the last one that reads it, both included. */
export interface Lifetime {
  readonly buffer: number
  readonly bytes: number
  readonly from: number
  readonly to: number
}

/** Bytes that are moved once kernels have run, from where they were computed to where the next run reads them. */
export interface Transfer {
  readonly from: number
  readonly to: number
  readonly bytes: number
}

export interface Plan {
  /** Every buffer with the kernels between which it holds its value. */
  readonly lifetimes: ReadonlyArray<Lifetime>
  /** Where a buffer begins; `undefined` for those that no kernel uses. */
  readonly address: (buffer: number) => number | undefined
  /** By result the argument over which it is written. */
  readonly donated: ReadonlyMap<number, number>
  /** What is copied to where the next run reads it. */
  readonly transfers: ReadonlyArray<Transfer>
  /** The first address behind all buffers. */
  readonly end: number
}

/** A value's place in memory. */
export interface Port {
  readonly at: number
  readonly dtype: DType
  readonly shape: Dims
  readonly size: number
}
