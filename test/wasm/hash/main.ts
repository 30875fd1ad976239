/** Prints the hashes, as one line of JSON. */
import { hashes } from './weights.js'

console.log(JSON.stringify(hashes()))
