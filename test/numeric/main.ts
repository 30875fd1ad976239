/** Prints how many units in the last place derivatives of scalar functions are off. */
import { measured, showDistances } from './derivatives.js'

process.stdout.write(`${showDistances(measured())}\n`)
