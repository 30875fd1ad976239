/** From descriptions to values. */
export * from './compile.js'
export * from './simplify.js'
