import { describe, expect, it } from 'vitest'
import { idleExamples } from './examples.js'
import { omissions } from './exports.js'
import { published } from './project.js'

describe.each([...published])('the documentation of %s', (_, entries) => {
  it('covers at least one export', () => {
    expect(entries).not.toEqual([])
  })

  it('has a sentence, @since, @category and @example wherever they are due', () => {
    expect(entries.flatMap(omissions)).toEqual([])
  })

  it('has examples that assert something', () => {
    expect(entries.flatMap(idleExamples)).toEqual([])
  })
})
