import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { withDeadline } from './deadline'

/** Answers each message, and says in the memory that comes with it that it has. */
const ANSWERING = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', (memory) => {
    parentPort.postMessage('the answer')
    Atomics.store(memory, 0, 1)
    Atomics.notify(memory, 0)
  })`

const late = () => new Error('late')

it('takes an answer that came while the process stood still for longer', async () => {
  const other = new Worker(ANSWERING, { eval: true })
  onTestFinished(() => void other.terminate())
  await once(other, 'online')
  // In the phase of the event loop after that in which messages are read.
  await new Promise(setImmediate)
  const memory = new Int32Array(new SharedArrayBuffer(8))
  const answer = withDeadline(once(other, 'message'), 20, late)
  other.postMessage(memory)
  Atomics.wait(memory, 0, 0)
  Atomics.wait(memory, 1, 0, 50)
  expect(await answer).toEqual(['the answer'])
})

it('gives up on an answer that does not come', async () => {
  await expect(withDeadline(new Promise(() => {}), 20, late)).rejects.toThrow('late')
})
