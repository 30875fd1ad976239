/** All planted faults, and those that cannot be told from right rules. */
import { conventionMutants } from './conventions.js'
import { controlEquivalents, controlMutants } from './control.js'
import { familyEquivalents, familyMutants } from './families.js'
import { hiddenMutants } from './hidden.js'
import { batchMutants, mergeMutants } from './insides.js'
import { type Equivalent, type Mutant } from './mutant.js'
import { scalarEquivalents, scalarMutants } from './scalar.js'
import { transposeEquivalents, transposeMutants } from './transposes.js'

export const mutants: ReadonlyArray<Mutant> = [
  ...scalarMutants,
  ...familyMutants,
  ...transposeMutants,
  ...conventionMutants,
  ...controlMutants,
  ...batchMutants,
  ...mergeMutants,
  ...hiddenMutants
]

/** Faults left out, each with the reason why no test could find it. */
export const equivalents: ReadonlyArray<Equivalent> = [
  ...scalarEquivalents,
  ...familyEquivalents,
  ...transposeEquivalents,
  ...controlEquivalents
]
