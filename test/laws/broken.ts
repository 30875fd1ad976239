/** Which laws of a set do not hold. */
import * as E from 'fp-ts/lib/Either.js'
import { checkAll, lawsOf, showFailure, type LawParameters, type LawSet } from '../../laws/index.js'

/** Names without that of the set. */
export const broken = (set: LawSet, parameters: LawParameters = { seed: 1 }): ReadonlyArray<string> => {
  const results = checkAll(parameters)(set)
  return lawsOf(set).flatMap(({ name }, i) => {
    const result = results[i]
    return result !== undefined && E.isLeft(result) ? [name.replace(/^.*?: /, '')] : []
  })
}

/** What the first law that does not hold says. */
export const firstFailure = (set: LawSet, parameters: LawParameters = { seed: 1 }): string => {
  const failure = checkAll(parameters)(set).find(E.isLeft)
  return failure !== undefined && E.isLeft(failure) ? showFailure(failure.left) : 'all laws hold'
}
