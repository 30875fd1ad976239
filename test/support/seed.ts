/**
 * The samples of all property tests follow from one seed, so that a run of the suite can be repeated to the bit; `SEED=7 npm test` looks
 * elsewhere, `SEED=random npm test` anywhere. What a failure prints replays it in either case.
 */
import * as fc from 'fast-check'

const { SEED: wanted = '1' } = process.env

/** The seed of this run. */
export const seed = (wanted === 'random' ? Date.now() : Number(wanted)) % 2 ** 31

fc.configureGlobal({ seed })
