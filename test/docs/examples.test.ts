import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { docExamples, pageExamples, removeExamples, typeErrors, writeExamples } from './examples.js'
import { program, published, root } from './project.js'

const readme = pageExamples('README', readFileSync(join(root, 'README.md'), 'utf8'))
const docstrings = [...published.values()].flat().flatMap(docExamples)
const written = writeExamples(root, [...readme, ...docstrings])
const errors = typeErrors(written, program)

afterAll(() => removeExamples(written))

it('the README has code to run', () => {
  expect(readme).not.toEqual([])
})

describe('every example of the documentation', () => {
  it.each(written.files)('$name', async ({ name, file }) => {
    expect(errors.get(name)).toEqual([])
    await import(file)
  })
})
