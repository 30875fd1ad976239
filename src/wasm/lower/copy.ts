/** Kernels that only move elements. */
import type { DType } from '../../tensor/DType.js'
import { strides, type Dims } from '../../tensor/dims.js'
import type { Access, Element, Nest, Work } from './kernel.js'

export const simple = (name: string, domain: Dims, element: Element, to: Access): Nest => ({
  _tag: 'Nest',
  name,
  domain,
  elements: [element],
  stores: [{ element: 0, access: to }],
  reductions: []
})

/** Sums are stored as they are. */
export const stored = (dtype: DType, domain: Dims, buffer: number, steps = strides(domain)): Work => ({
  domain,
  elements: [{ _tag: 'Given', dtype }],
  stores: [{ element: 0, access: { buffer, offset: 0, steps } }],
  reductions: []
})

export const copied = (name: string, domain: Dims, dtype: DType, from: Access, to: Access): Nest =>
  simple(name, domain, { _tag: 'Load', dtype, access: from }, to)
