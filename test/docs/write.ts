/** `npm run functions`: writes the page of all functions. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionList } from './list.js'
import { published, root } from './project.js'

writeFileSync(join(root, 'src/README.md'), functionList(published))
