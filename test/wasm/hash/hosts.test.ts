/** The same weights on every host, to the bit: here, and in a browser where there is one. `.ci/hosts` asks others. */
import { build } from 'esbuild'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import expected from './expected.json' with { type: 'json' }
import { hashes } from './weights.js'

it('the weights after 15 steps are those of every other host', () => {
  expect(hashes()).toEqual(expected)
})

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** A browser on the path, or the one that is asked for. */
const browser = [
  process.env['CHROMIUM'] ?? '',
  ...(process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((n) => join(folder, n)))
].find((file) => file !== '' && existsSync(file))

/** The program of the page as one text. */
const bundled = async (): Promise<string> => {
  const made = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    tsconfig: fileURLToPath(new URL('../../../tsconfig.json', import.meta.url)),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false
  })
  return made.outputFiles[0]?.text ?? ''
}

const html = '<!doctype html><script type="module" src="script.js"></script>'

/** A server of the page, under a policy; `sent` is what the page sends back. */
const serving = async (script: string, policy: string) => {
  const { promise: sent, resolve } = deferred<string>()
  const server = createServer((request, response) => {
    if (request.method === 'POST') void text(request).then(resolve)
    const isScript = request.url === '/script.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.setHeader('content-security-policy', policy)
    response.end(isScript ? script : html)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return { sent, server, url: `http://127.0.0.1:${port ?? 0}/` }
}

const deferred = <A>() => {
  let resolve: (a: A) => void = () => undefined
  const promise = new Promise<A>((f) => {
    resolve = f
  })
  return { promise, resolve }
}

/** What the page sends when a browser has opened it; the browser is closed again. */
const sentBy = async (file: string, folder: string, script: string, policy: string): Promise<unknown> => {
  const { sent, server, url } = await serving(script, policy)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${folder}`]
  const child = spawn(file, [...flags, url], { stdio: 'ignore' })
  const closed = once(child, 'exit')
  const ended = closed.then(([code]) => {
    throw new Error(`the browser ended with ${String(code)}`)
  })
  const answer = await Promise.race([sent, ended]).finally(() => child.kill('SIGKILL'))
  ended.catch(() => undefined)
  await closed
  server.closeAllConnections()
  server.close()
  return JSON.parse(answer)
}

describe.skipIf(browser === undefined)('in Chromium', () => {
  let folder = ''
  let script = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'adjoint-page-'))
    script = await bundled()
  })

  afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))

  const sent = (policy: string): Promise<unknown> => sentBy(browser ?? '', folder, script, policy)

  it('the weights are the same, and both ways to compile work', async () => {
    expect(await sent("script-src 'self' 'wasm-unsafe-eval'")).toEqual({
      ...expected,
      now: '2,4',
      later: '2,4'
    })
  })

  it('a page whose policy forbids it is told what it needs', async () => {
    const refused = expect.stringContaining("needs script-src 'wasm-unsafe-eval'") as unknown
    expect(await sent("script-src 'self'")).toEqual({
      fruit: refused,
      digits: refused,
      now: refused,
      later: refused
    })
  })
})
