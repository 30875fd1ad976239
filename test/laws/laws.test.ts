import { describe, it } from 'vitest'
import { batchLaws, primitiveLaws, register } from '../../laws/index.js'

describe('the laws of primitives and linear maps', () => { register(primitiveLaws())(it) })

describe('the laws of batching', () => { register(batchLaws)(it) })
