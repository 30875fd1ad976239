/** The smart constructors: the only way to make a node, and the shape rules of the library. All are total. */
export { constant, input, inputsLike } from './source.js'
export { binary, convert, iota, named, select, unary } from './pointwise.js'
export { argReduce, contract, freeAxes, reduce } from './reduction.js'
export { broadcast, concat, pad, permute, reshape, reverse, slice } from './layout.js'
export { conv, window } from './window.js'
export { gather, randomBits, scatter } from './lookup.js'
export { call, carryChanges, choose, keptRows, scan, scanned, scanParts, whileLoop } from './control.js'
export { custom, project, resultsOf } from './many.js'
