import * as adjoint from 'adjoint'
import * as laws from 'adjoint/laws'

for (const [name, entry] of Object.entries({ adjoint, laws })) {
  if (Object.keys(entry).length === 0) throw new Error(`${name} exports nothing`)
}
