/** Training: steps and samples. */
export * from './sample.js'
export * from './step.js'
