// Fails if a declaration of the file is longer than 400 characters. Each is a statement of its own there.
import { readFileSync } from 'node:fs'

const text = readFileSync(process.argv[2], 'utf8')
const declarations = text.split(/^export declare const /m).slice(1)
const long = declarations.filter((d) => d.replace(/\s+/g, ' ').length > 400)
console.log(
  `${declarations.length} declarations, the longest of ${Math.max(...declarations.map((d) => d.length))} characters`
)
if (declarations.length < 250 || long.length > 0) {
  console.error(long.join('\n'))
  process.exit(1)
}
