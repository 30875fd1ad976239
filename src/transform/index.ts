/** Functions of expressions to functions of expressions: derivatives, batching, primitives of one's own. */
export * from './autodiff.js'
export * from './custom.js'
