/** `npm run laws:mutants`: the share of planted faults that the laws find. */
import { parseArgs } from 'node:util'
import { showFailure } from '../../laws/index.js'
import { equivalents, mutants } from './catalogue.js'
import { kill } from './kill.js'

const least = 0.99

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    /** How the names of the faults begin that are tried. */
    only: { type: 'string', default: '' },
    seed: { type: 'string' }
  }
})
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const say = (line: string): void => {
  if (!values.json) console.log(line)
}

const tried = mutants.filter(({ fault }) => fault.startsWith(values.only))
const survivors = tried.filter((mutant) => {
  const failure = kill(mutant, seed)
  if (failure === undefined) say(`survives: ${mutant.fault}`)
  else if (values.verbose) say(`${mutant.fault}: ${showFailure(failure)}`)
  return failure === undefined
})
const [killed, total] = [tried.length - survivors.length, tried.length]

if (values.json) console.log(JSON.stringify({ killed, total, survivors: survivors.map((m) => m.fault) }))
else {
  say(`${String(killed)} of ${String(total)} faults killed, seed ${String(seed)}`)
  say(`${String(equivalents.length)} further faults change no derivative and are not planted`)
}
if (killed < least * total) process.exitCode = 1
