/** Functions of expressions to functions of expressions: derivatives, batching, control flow, primitives of one's own. */
export * from './associative.js'
export * from './autodiff.js'
export * from './branch.js'
export * from './checkpoint.js'
export * from './custom.js'
export * from './rule.js'
export * from './scan.js'
