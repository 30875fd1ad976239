// Every package of which the maps in a folder say that parts of it are there is named in the notices, with its licence.
// Argument: the folder.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const maps = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.map')
)
const sources = maps.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).sources)
const names = sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1] ?? [])
const notices = readFileSync(join(folder, 'THIRD_PARTY_NOTICES.txt'), 'utf8')
const parts = notices.split('\n---\n')
const lacking = [...new Set(names)].filter(
  (name) => !parts.some((part) => part.includes(`${name} `) && /copyright \(c\)/i.test(part))
)
if (names.length === 0 || lacking.length > 0) {
  console.error(`licences are missing: ${lacking.join(', ') || 'no package was found'}`)
  process.exitCode = 1
}
