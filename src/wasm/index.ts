export { loaded, program, programAsync } from './run/program.js'
export { compileModule, optimized } from './compile/compile.js'
export { explanationOf, type BufferReport, type Explanation, type KernelReport } from './report/explain.js'
export { showExplanation } from './report/show.js'
