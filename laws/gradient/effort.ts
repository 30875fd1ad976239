/** How much to look at by default, so that a check of a model takes about a second. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { valuesBelow } from '../../src/graph/fold.js'
import { size } from '../../src/tensor/dims.js'
import { isFloat } from '../../src/tensor/DType.js'
import type { Region } from '../../src/graph/Region.js'

/** Every coordinate of small parameters; of large ones two directions of each kind. */
export const thorough = { coordinates: 64, sample: 6 } as const

const [fewest, most] = [3, 25] as const

/** What can be spent: operations along directions, where one on this many elements costs as much as two on few. */
const budget = 3000
const elementsPerOperation = 13
/** First derivatives alone. */
const firstOrder = 0.4

const elementsOf = (like: Region['results']): number => like.reduce((n, { shape }) => n + size(shape), 0)

const costOf = ({ results, parameters }: Region, order: 1 | 2): number => {
  const nodes = valuesBelow(results)
  const coordinates = elementsOf(parameters.filter((x) => isFloat(x.dtype)))
  const directions = coordinates <= thorough.coordinates ? coordinates : thorough.sample
  const each = nodes.length + elementsOf(nodes) / elementsPerOperation
  return directions * each * (order === 1 ? firstOrder : 1)
}

/** The number of samples, by the size of the program on the first one. What throws is judged later. */
export const affordable = <A>(samples: fc.Arbitrary<A>, place: (sample: A) => Region, order: 1 | 2): number =>
  pipe(
    E.tryCatch(() => fc.sample(samples, { seed: 1, numRuns: 1 }).map(place), String),
    E.match(
      () => most,
      ([graph]) =>
        graph === undefined
          ? most
          : Math.max(fewest, Math.min(most, Math.round(budget / costOf(graph, order))))
    )
  )
