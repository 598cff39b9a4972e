/** Buttons that sign: each takes a text or a file of the server, has NCALayer sign it, and sends the signature back. */
import { sign, SignatureProblem } from './ncalayer.js'

/** What is said to the person at the page. */
class Refusal extends Error {}

/** @param {DOMStringMap} told @param {string} address @param {object} body @returns {Promise<any>} */
const post = async (told, address, body) => {
  let response, answer
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': told.csrf ?? '' },
      body: JSON.stringify(body),
    })
    answer = await response.json()
  } catch {
    throw new Refusal(told.connection)
  }
  if (!response.ok) throw new Refusal(answer.error.message)
  return answer
}

/** @param {DOMStringMap} told @param {string} address @returns {Promise<Uint8Array>} */
const bytesOf = async (told, address) => {
  try {
    const response = await fetch(address)
    if (response.ok) return new Uint8Array(await response.arrayBuffer())
  } catch { /* said below */ }
  throw new Refusal(told.connection)
}

/** @param {DOMStringMap} told of one place @returns {Promise<string | Uint8Array>} */
const contentOf = async (told) => {
  if (told.file) return bytesOf(told, told.file)
  return told.text || (await post(told, told.textUrl ?? '', {})).text
}

/** @param {DOMStringMap} told of one place */
const signAndSend = async (told) => {
  const cms = await sign(await contentOf(told), { oids: (told.oids ?? '').split(' '), locale: document.documentElement.lang })
  location.assign((await post(told, told.send ?? '', { cms })).next)
}

/** @param {DOMStringMap} told @param {unknown} error @returns {string | undefined} */
const inWords = (told, error) => {
  if (error instanceof Refusal) return error.message
  if (!(error instanceof SignatureProblem)) throw error
  return {
    'not-running': told.notRunning, cancelled: told.cancelled, failed: told.failed, busy: told.busy,
  }[error.reason]
}

for (const place of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-eds]'))) {
  const [alert, status] = /** @type {HTMLElement[]} */ ([...place.querySelectorAll('[role]')])
  const button = /** @type {HTMLButtonElement} */ (place.querySelector('button'))
  button.addEventListener('click', async () => {
    button.disabled = true
    alert.hidden = true
    status.hidden = false
    try {
      await signAndSend(place.dataset)
    } catch (error) {
      alert.textContent = inWords(place.dataset, error) ?? ''
      alert.hidden = false
      alert.focus()
    } finally {
      button.disabled = false
      status.hidden = true
    }
  })
  const [without, within] = /** @type {HTMLElement[]} */ ([...place.children])
  without.hidden = true
  within.hidden = false
}
