/** Functions of trees as regions: what they make of inputs. */
import { nodesOf } from '../graph/leaves.js'
import * as make from '../graph/make.js'
import type { Recorder } from '../graph/place.js'
import type { Region } from '../graph/Region.js'
import type { Shape } from '../shape/index.js'
import type { DType } from '../tensor/DType.js'
import { locate, refill } from '../tensor/Tree.js'

/** Names of inputs in listings and messages: their path, or `x0`, `x1`, ... for arguments that are a single leaf. */
const nameOf = (path: string): string => {
  const [, argument = '', rest = ''] = /^\[(\d+)\]\.?(.*)$/.exec(path) ?? []
  return rest === '' ? `x${argument}` : rest
}

/** A function as a region, and the tree of its results. */
export interface Traced<R> extends Region {
  readonly result: R
}

/** A function on inputs that are described by specs; they are places for a recorder, if one is given. */
export const onInputs = <A extends ReadonlyArray<unknown>, R>(
  f: (...args: A) => R,
  specs: unknown,
  recorder?: Recorder
): Traced<R> => {
  const parameters = locate(specs).map(({ path, leaf }) => {
    const x = make.input(nameOf(path), leaf.shape as Shape, leaf.dtype as DType)
    return recorder === undefined ? x : { ...x, place: recorder.here() }
  })
  const result = f(...(refill(specs, parameters) as A))
  return { parameters, result, results: nodesOf(result) }
}
