/** Training steps. */
export * from './step.js'
