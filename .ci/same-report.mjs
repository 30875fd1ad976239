// Compares two reports of the main job: equal but for the time taken and the checkpoint's path.
import { deepStrictEqual, ok } from 'node:assert'
import { readFileSync } from 'node:fs'

const [first, second] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')))
const comparable = ({ seconds, checkpoint, ...rest }) => rest

deepStrictEqual(comparable(first), comparable(second))
ok(first.testAccuracy >= 0.95, `test accuracy ${first.testAccuracy} is below 0.95`)
ok(first.seconds < 20, `training took ${first.seconds} s`)
console.log(`test accuracy ${first.testAccuracy}, ${first.seconds} s and ${second.seconds} s`)
