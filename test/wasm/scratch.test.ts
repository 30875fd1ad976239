/** The room that kernels use while they run: what one part of a kernel keeps there, no other part overwrites. */
import { expect, it } from 'vitest'
import * as make from '../../src/graph/make.js'
import { toFlat, wasm, reference, type Engine } from '../../src/index.js'
import { own } from '../../src/tensor/Tensor.js'
import { unsafeRight } from '../support/outcome.js'

/** Sums over a batch of products with few rows, whose left factors are copied to tiles of fewer rows than a vector has lanes. */
const sums = (rows: number, { compile: program }: Engine): ReadonlyArray<number> => {
  const [a, b] = [make.input('a', [3, 4, rows], 'f32'), make.input('b', [3, 4, 40], 'f32')]
  const product = make.contract({ batch: [[0], [0]], contract: [[1], [1]] }, a, b)
  const run = unsafeRight(
    program({ results: [make.reduce('sum', [0, 1], make.unary('square', product))], parameters: [a, b] })
  )
  // Sums need more digits than half of a double has.
  const left = Float32Array.from({ length: 12 * rows }, (_, i) => 1 + i * 2 ** -20)
  const right = Float32Array.from({ length: 480 }, (_, i) => 1 + (i % 7) * 2 ** -21)
  const [y] = unsafeRight(run([own(a.shape, 'f32', left), own(b.shape, 'f32', right)]))
  return toFlat(y!) as ReadonlyArray<number>
}

it.each([1, 2, 3, 4, 5])('tiles of %i rows leave the sums beside them alone', (rows) => {
  expect(sums(rows, wasm)).toEqual(sums(rows, reference))
})
