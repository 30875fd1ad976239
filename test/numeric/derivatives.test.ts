import { describe, expect, it } from 'vitest'
import { boundOf } from './bounds.js'
import { measured, names, showDistances } from './derivatives.js'

describe('derivatives keep their digits, on either engine and in either dtype', () => {
  it.each(names)('%s', (name) => {
    const all = measured([name])
    const wrong = all.filter(({ dtype, order, ulps }) => !(ulps <= boundOf(name, dtype, order)))
    expect(wrong, showDistances(all)).toEqual([])
  })
})
