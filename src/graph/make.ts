/** The smart constructors: the only way to make a node, and the shape rules of the library. All are total. */
export { binary, convert, select, unary } from './pointwise.js'
export { argReduce, contract, freeAxes, reduce } from './reduction.js'
export { broadcast, concat, pad, permute, reshape, reverse, slice } from './layout.js'
export { conv, window } from './window.js'
export { call, carryChanges, choose, scan, scanParts, whileLoop } from './control.js'
export {
  constant,
  custom,
  gather,
  input,
  inputsLike,
  iota,
  project,
  randomBits,
  resultsOf,
  scatter
} from './lookup.js'
