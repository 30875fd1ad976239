/** The binary format: functions, variables, one memory and its initial contents. */
import { bytesOf, signed, sized, text, unsigned, vector, type Code } from './code.js'
import { runs, type Func } from './control.js'
import { typeCode, type ValueType } from './value.js'

/** Bytes at an address when a module is instantiated. */
export interface Data {
  readonly at: number
  readonly bytes: Uint8Array
}

/** A function of the host, which takes numbers and gives none. Those imported come before all others. */
export interface Import {
  readonly module: string
  readonly name: string
  readonly parameters: ReadonlyArray<ValueType>
}

export interface Module {
  readonly imports?: ReadonlyArray<Import>
  readonly functions: ReadonlyArray<Func>
  /** Positions of functions by the names under which they are exported. */
  readonly exports: Readonly<Record<string, number>>
  /** Of 64 KiB each. */
  readonly pages: number
  /** How many variables there are, all of type i32 and 0 in the beginning. */
  readonly globals?: number
  readonly data: ReadonlyArray<Data>
}

export const pageSize = 65536

const section = (id: number, contents: Code): Code => [id, sized(contents)]

const signature = (f: Pick<Func, 'parameters' | 'results'>): string =>
  `${f.parameters.join(' ')} -> ${f.results.join(' ')}`

const types = (ts: ReadonlyArray<ValueType>): Code => vector(ts.map((t) => typeCode[t]))

const functionType = (f: Pick<Func, 'parameters' | 'results'>): Code => [
  0x60,
  types(f.parameters),
  types(f.results)
]

const body = (f: Func): Code => sized([vector(runs(f.locals)), f.body, 0x0b])

/** What a function adds to the section of code: its body with its locals, and its length. */
export const codeBytes = (f: Func): number => bytesOf(body(f)).length

const segment = ({ at, bytes }: Data): Code => [0, 0x41, signed(at), 0x0b, unsigned(bytes.length), bytes]

/** A mutable i32 that begins with 0. */
const variable: Code = [typeCode.i32, 1, 0x41, 0, 0x0b]

/** The custom section in which hosts, debuggers and profilers look for the names of functions. */
const nameSection = (functions: ReadonlyArray<{ readonly name: string }>): Code =>
  section(0, [text('name'), 1, sized(vector(functions.map((f, i) => [unsigned(i), text(f.name)])))])

/** The bytes of a module. */
export const encode = ({
  imports = [],
  functions,
  exports,
  pages,
  globals = 0,
  data
}: Module): Uint8Array => {
  const all = [...imports.map((f) => ({ ...f, results: [] })), ...functions]
  const names = all.map(signature)
  const signatures = [...new Map(all.map((f, i) => [names[i]!, f]))]
  const typeOf = new Map(signatures.map(([s], i) => [s, i]))
  const typed = (name: string): Code => unsigned(typeOf.get(name) ?? 0)
  const exported = Object.entries(exports).map(([name, index]): Code => [text(name), 0, unsigned(index)])
  return bytesOf([
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, vector(signatures.map(([, f]) => functionType(f)))),
    imports.length === 0
      ? []
      : section(2, vector(imports.map((f, i) => [text(f.module), text(f.name), 0, typed(names[i]!)]))),
    section(3, vector(names.slice(imports.length).map(typed))),
    section(5, vector([[0, unsigned(pages)]])),
    globals === 0 ? [] : section(6, vector(Array.from({ length: globals }, () => variable))),
    section(7, vector([...exported, [text('memory'), 2, 0]])),
    section(10, vector(functions.map(body))),
    data.length === 0 ? [] : section(11, vector(data.map(segment))),
    nameSection(all)
  ])
}
