
import { controlMutants } from '/tmp/w/wt-laws/test/mutants/control.js'
import { kill, lawsAgainst } from '/tmp/w/wt-laws/test/mutants/kill.js'
import { lawsOf, showFailure } from '/tmp/w/wt-laws/laws/index.js'
import * as E from '/tmp/w/wt-laws/node_modules/fp-ts/lib/Either.js'
let alive = 0
for (const m of controlMutants.filter(m => process.argv.slice(2).some(a => m.fault.startsWith(a)))) {
  const t = Date.now()
  let found: any
  for (const n of [25, 100]) for (const l of lawsOf(lawsAgainst(m)).filter(l => l.name.startsWith(m.near))) {
    if (found) break
    const r = l.check({ numRuns: n, seed: 1, endOnFailure: true })
    if (E.isLeft(r)) found = r.left
  }
  if (!found) alive++
  console.log(found ? 'killed' : 'ALIVE ', m.fault, Date.now() - t, found ? found.law + ': ' + found.fault.message.slice(0, 80) : '')
}
console.log(controlMutants.length, alive)
