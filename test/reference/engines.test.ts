import { describe, test } from 'vitest'
import { engineLaws, register } from '../../laws/index.js'
import { reference, simplify, type Engine } from '../../src/index.js'
import { randomPrograms } from '../support/expressions.js'

const simplified: Engine = {
  name: 'reference after simplify',
  compile: ({ results: outputs, parameters: inputs }) =>
    reference.compile({ results: simplify(outputs), parameters: inputs })
}

const arbitrary = randomPrograms()

// An engine compared with itself must not differ from run to run.
register(engineLaws(reference, reference, { arbitrary }))({ describe, test })

// Which of two errors comes first depends on the order of operations.
register(engineLaws(reference, simplified, { arbitrary, errors: 'kind' }))({ describe, test })
