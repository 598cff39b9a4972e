/**
 * Voting with a digital signature, loaded when a voter asks for it. The voter's signature releases the code of the own
 * credential to this page alone; at the end it confirms the tracker of the encrypted ballot.
 */
import { derive, normaliseCode } from './codes.js'
import { SignatureProblem, sign } from './ncalayer.js'
import { generateKey, unseal } from './sealing.js'
import { Problem, cast, election, element, enter, page, post, voter, withReceipt } from './vote.js'

const OF_AN_INDIVIDUAL = '1.2.398.3.3.4.1.1'
/** @type {Record<string, string>} which text of the page tells what happened */
const TEXTS = { 'not-running': 'notRunning', cancelled: 'cancelled', busy: 'busy', failed: 'failed' }

/** @param {string[]} lines */
const signature = async (...lines) => {
  try {
    return await sign(lines.join('\n'), { oids: [OF_AN_INDIVIDUAL], locale: document.documentElement.lang })
  } catch (error) {
    throw error instanceof SignatureProblem ? new Problem(page()[TEXTS[error.reason]]) : error
  }
}

/** @param {string} tracker of the ballot */
const signTracker = async (tracker) => {
  element('signing').hidden = false
  return signature('asar-ballot', `origin: ${location.origin}`, `poll: ${election.uuid}`, `tracker: ${tracker}`)
}

/** The code of whoever signs comes sealed to a key that this page has just made and never gives away. */
const release = async () => {
  const { nonce, at } = await post('/challenge', { for: 'signature' })
  const own = await generateKey()
  const text = ['asar-release', `origin: ${location.origin}`, `poll: ${election.uuid}`, `key: ${own.publicKey}`, `nonce: ${nonce}`, `at: ${at}`]
  const cms = await signature(...text)
  const answer = await post('/release', { text: text.join('\n'), cms })
  if (answer.receipt) return (await withReceipt()).receive(answer.receipt)
  const key = answer.public_key
  const code = await unseal(answer.released, own, `asar-released-code|${election.uuid}|${key}|${nonce}`)
  const group = await election.load()
  const secret = await derive(group, election.uuid, normaliseCode(code))
  if (group.publicKey(secret) !== key) throw new Problem(page().failure)
  await enter(key, secret, signTracker)
  element('sign-too').hidden = true
}

/** A voter with a card signs too: if nothing comes of it, the ballot can still be cast without. */
const castSigned = async () => {
  const before = voter.sign
  voter.sign = signTracker
  try {
    await cast()
  } catch (error) {
    voter.sign = before
    throw error
  }
}

/** @param {HTMLElement} button */
export default (button) => (button.dataset.call === 'release' ? release() : castSigned())
