import { describe, it } from 'vitest'
import { primitiveLaws, register } from '../../laws/index.js'

// The laws of linear maps and of batching run beside the modules that they are about.
describe('the laws of primitives', () => {
  register({ ...primitiveLaws(), parents: [] })(it)
})
