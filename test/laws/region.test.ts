import { describe, it } from 'vitest'
import { regionLaws, register } from '../../laws/index.js'

describe('the laws of regions', () => {
  register(regionLaws())(it)
})
