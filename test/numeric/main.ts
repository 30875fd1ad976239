/**
 * Prints the numeric specification: its rows on both engines in both dtypes beside what others answer, derivatives of compositions, and how many units
 * in the last place derivatives of scalar functions are off. Exits with 1 where a row is not as documented.
 */
import { showCompositions } from './compositions.js'
import { measured, showDistances } from './derivatives.js'
import { outcomeOf, rows, showOutcomes } from './specification.js'

const outcomes = rows.map(outcomeOf)
const odd = outcomes.filter(({ hold }) => hold.includes(false))
const counts = `${String(outcomes.length - odd.length)} of ${String(outcomes.length)} rows as documented`

process.stdout.write(
  [showOutcomes(outcomes), counts, showCompositions(), showDistances(measured())].join('\n\n').concat('\n')
)
process.exitCode = odd.length === 0 ? 0 : 1
