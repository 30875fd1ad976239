/** With `CHECKED=1` modules check themselves; what any of them does wrong with memory fails the test file, whatever the test makes of it. */
import { afterAll, expect } from 'vitest'
import { complaints } from './program.js'

afterAll(() => {
  expect(complaints.splice(0)).toEqual([])
})
