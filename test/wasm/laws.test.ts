import { describe, test } from 'vitest'
import { engineLaws, register } from '../../laws/index.js'
import { reference } from '../../src/program/compile.js'
import { wasm } from '../../src/index.js'
import { keepingConstants } from '../support/checked/constants.js'

/** Functions are within 2 ulp of the exact value in both engines. */
const claims = { ulps: 4 } as const

/** With `CHECKED=1` the engine looks at more than constants. */
const engine = process.env['CHECKED'] === '1' ? wasm : keepingConstants

register(engineLaws(reference, engine, claims))({ describe, test })
