const { deepStrictEqual, notStrictEqual } = require('node:assert')

const names = (entry) =>
  Object.keys(entry)
    .filter((name) => name !== '__esModule' && name !== 'default')
    .sort()

const check = async (name) => {
  const required = names(require(name))
  notStrictEqual(required.length, 0)
  deepStrictEqual(names(await import(name)), required)
}

// All entries are parts of one library: what one makes, the others take.
const { evaluate, tensor, toNested } = require('adjoint')
const { relu } = require('adjoint/nn')
deepStrictEqual(toNested(evaluate(relu(tensor([-1, 2]))).right), [0, 2])

const entries = ['codec', 'data', 'export', 'laws', 'nn', 'optim', 'train']
Promise.all(['adjoint', ...entries.map((name) => `adjoint/${name}`)].map(check)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
