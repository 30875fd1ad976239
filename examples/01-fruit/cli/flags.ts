import { parseArgs, type ParseArgsConfig } from 'node:util'
import { didYouMean, type Problem, problem, showValue } from '../input/problem.js'

/** The flags a command knows. */
export interface Known {
  readonly values: ReadonlyArray<string>
  readonly switches: ReadonlyArray<string>
}

/** The flags of a command line, as text. */
export interface Given {
  readonly values: Readonly<Record<string, string>>
  readonly switches: ReadonlyArray<string>
  readonly problems: ReadonlyArray<Problem>
}

type Token = ReturnType<typeof parseArgs<{ strict: false; tokens: true }>>['tokens'][number]
type OptionToken = Extract<Token, { kind: 'option' }>

const tokensOf = (known: Known, args: ReadonlyArray<string>): ReadonlyArray<Token> => {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } }
  for (const name of known.values) options[name] = { type: 'string' }
  for (const name of known.switches) options[name] ??= { type: 'boolean' }
  return parseArgs({ args: [...args], options, strict: false, tokens: true }).tokens
}

const optionProblem = (known: Known, seen: ReadonlySet<string>, token: OptionToken): string | undefined => {
  const all = [...known.values, ...known.switches].map((name) => `--${name}`)
  const isValue = known.values.includes(token.name)
  if (!isValue && !known.switches.includes(token.name))
    return `unknown flag${didYouMean(token.rawName, all, '')}`
  if (seen.has(token.name)) return 'given twice'
  if (!isValue) return token.value === undefined ? undefined : `takes no value, got ${showValue(token.value)}`
  const swallowed = token.inlineValue === false && token.value.startsWith('--')
  return token.value === undefined || token.value === '' || swallowed ? 'expected a value' : undefined
}

/** Reads the arguments after the command. Every flag that is unknown, repeated or lacks its value is a problem. */
export const readFlags = (known: Known, args: ReadonlyArray<string>): Given => {
  const values: Record<string, string> = {}
  const seen = new Set<string>()
  const problems: Array<Problem> = []
  // what follows an unknown flag is probably its value and not worth a second complaint
  let excused = -1
  for (const token of tokensOf(known, args)) {
    if (token.kind === 'positional' && token.index !== excused) {
      problems.push(problem(token.value, 'unexpected argument; flags start with --'))
    }
    if (token.kind !== 'option') continue
    const wrong = optionProblem(known, seen, token)
    if (wrong !== undefined) {
      problems.push(problem(token.rawName, wrong))
      excused = token.inlineValue === true ? -1 : token.index + 1
    } else if (token.value !== undefined) {
      values[token.name] = token.value
    }
    seen.add(token.name)
  }
  return { values, switches: known.switches.filter((name) => seen.has(name)), problems }
}
