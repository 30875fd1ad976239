/** Kernels that only move elements. */
import type { Dims } from '../../tensor/dims.js'
import type { DType } from '../../tensor/DType.js'
import type { Access, Element, Nest } from './kernel.js'

export const simple = (name: string, domain: Dims, element: Element, to: Access): Nest => ({
  _tag: 'Nest',
  name,
  domain,
  elements: [element],
  stores: [{ element: 0, access: to }],
  reductions: []
})

export const copied = (name: string, domain: Dims, dtype: DType, from: Access, to: Access): Nest =>
  simple(name, domain, { _tag: 'Load', dtype, access: from }, to)
