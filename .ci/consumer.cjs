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

Promise.all(['adjoint', 'adjoint/laws'].map(check)).catch((error) => {
  console.error(error)
  process.exitCode = 1
})
