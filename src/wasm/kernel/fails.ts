/** Which kernels may find that something has no answer. */
import { insidesOf, isNested, worksOf, type Kernel, type Work } from './kernel.js'

const dividesIntegers = ({ elements }: Work): boolean =>
  elements.some(
    (e) => e._tag === 'Binary' && (e.op === 'div' || e.op === 'rem') && e.from !== 'f32' && e.from !== 'f64'
  )

/** Whether a kernel may find that something has no answer. The first such note counts: so these keep their order. */
export const mayFail = (k: Kernel): boolean =>
  isNested(k)
    ? insidesOf(k).some((x) => x.kernels.some(mayFail))
    : k._tag === 'Lookup' || k._tag === 'Foreign' || worksOf(k).some(dividesIntegers)
