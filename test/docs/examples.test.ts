import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { docExamples, pageExamples, removeExamples, typeErrors, writeExamples } from './examples.js'
import { program, published, root } from './project.js'

const page = (name: string, file: string) => pageExamples(name, readFileSync(join(root, file), 'utf8'))
const readme = [
  ...page('README', 'README.md'),
  ...page('laws', 'laws/README.md'),
  ...page('CONTRIBUTING', 'CONTRIBUTING.md'),
  ...page('cookbook', 'examples/README.md'),
  ...page('nan', 'src/train/trace/README.md')
]
const docstrings = [...published.values()].flat().flatMap(docExamples)
const written = writeExamples(root, [...readme, ...docstrings])
const errors = typeErrors(written, program)

afterAll(() => removeExamples(written))

it('the README has code to run', () => {
  expect(readme).not.toEqual([])
})

describe('every example of the documentation', () => {
  it.each(written.files)('$name', async ({ name, file, prints }) => {
    expect(errors.get(name)).toEqual([])
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
    await import(file)
    const printed = log.mock.calls.map((line) => `${line.join(' ')}\n`).join('')
    log.mockRestore()
    if (prints !== undefined) expect(printed).toBe(prints)
  })
})
