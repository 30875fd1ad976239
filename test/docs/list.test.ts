import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { functionList, misplaced } from './list.js'
import { published, root } from './project.js'

it('every function of every entry has its line', () => {
  expect(misplaced(published)).toEqual([])
  expect(readFileSync(join(root, 'src/README.md'), 'utf8')).toBe(functionList(published))
})
