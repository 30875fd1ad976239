/**
 * `npm run -s house -- --json`: what a change to the library takes, read off the code itself. Without `--json`, with
 * the lists.
 */
import { parseArgs } from 'node:util'
import { figures, measure } from './measure.js'
import { report } from './report.js'

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

console.log(values.json ? JSON.stringify(figures(await measure())) : report(await measure(true)))
