/** Training steps, and where they fail. */
export * from './step.js'
export * from './trace/index.js'
