/** Data: which examples a step sees. */
export * from './sample.js'
