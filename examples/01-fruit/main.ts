import { runProcess } from './cli/process.js'
import { learner } from './model/learner.js'

await runProcess(process, learner)
