/** Buffers in words. */
import { operation } from '../../../src/graph/families.js'
import { typeOf } from '../../../src/graph/print.js'
import type { Compiled } from '../../../src/wasm/compile/compile.js'
import { widthOf } from '../../../src/wasm/kernel/width.js'
import type { Port } from '../../../src/wasm/kernel/plan.js'

export const bytesIn = ({ size, dtype }: Pick<Port, 'size' | 'dtype'>): number => size * widthOf(dtype)

/** Buffers end with a whole vector. */
export const padded = (bytes: number): number => Math.ceil(bytes / 16) * 16

/** A buffer by its number, with what it holds and where it lies. */
export const describeIn =
  ({ listed: { nodes }, port }: Compiled) =>
  (buffer: number): string => {
    const place = port(buffer)
    const n = nodes[buffer]
    const what = n === undefined ? 'copy' : n._tag === 'Input' ? `input ${n.name}` : operation(n)
    const aval = n === undefined ? `${place.dtype} x ${place.size}` : typeOf(n)
    return `buffer ${buffer} (${what} ${aval}) at ${place.at} to ${place.at + bytesIn(place)}`
  }
