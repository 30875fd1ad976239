export { loaded, program, programAsync } from './run/program.js'
export { prepare } from './run/prepare.js'
export { explanationOf, type BufferReport, type Explanation, type KernelReport } from './run/explain.js'
export { showExplanation } from './run/show.js'
