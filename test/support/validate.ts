/** Every module that a test compiles is read by a validator first. What it refuses fails the test file, whatever the test makes of it. */
import { afterAll, expect } from 'vitest'
import { unsafeValidate } from './validator.js'

interface Host {
  Module: new (bytes: Uint8Array) => object
  compile: (bytes: Uint8Array) => Promise<object>
}

const host = Reflect.get(globalThis, 'WebAssembly') as Host
const mark: unique symbol = Symbol.for('adjoint/validated modules')

/** What the validator refused, for the hosts of all test files in one process. */
interface Marked {
  readonly [mark]?: Array<string>
}

const watching = (refused: Array<string>): void => {
  const { Module, compile } = host
  const validated = (bytes: Uint8Array): Uint8Array => {
    try {
      unsafeValidate(bytes)
    } catch (e) {
      refused.push(String(e))
    }
    return bytes
  }
  host.Module = Object.assign(
    class extends Module {
      constructor(bytes: Uint8Array) {
        super(validated(bytes))
      }
    },
    { [mark]: refused }
  )
  host.compile = (bytes) => compile(validated(bytes))
}

const known = (host.Module as Marked)[mark]
const refused = known ?? []
if (known === undefined) watching(refused)

afterAll(() => {
  expect(refused.splice(0)).toEqual([])
})
