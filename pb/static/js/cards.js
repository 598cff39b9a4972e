/**
 * The registrar's page that makes voter cards: codes come into being here, are printed from here, and are forgotten
 * with the page. Public keys are sent, and codes that the registrar's program alone can open.
 */
import { derive, generator, pause } from './belenios.js'
import { generateCode, inGroups } from './keyfile.js'
import { element, listen, post, showPart, showProgress } from './page.js'

/** The roll's entries without a card, and the words that the server wrote for this script. @type {Record<string, string>} */
const page = element('page').dataset
const made = { credentials: /** @type {object[]} */ ([]), sheets: document.createDocumentFragment(), printing: false }

/** @param {Record<string, string>} entry of the roll @param {string} code */
const card = (entry, code) => {
  const sheet = element('card').content.cloneNode(true)
  for (const place of sheet.querySelectorAll('[data-card]')) {
    place.textContent = place.dataset.card === 'code' ? inGroups(code) : entry[place.dataset.card]
  }
  return sheet
}

/**
 * A voter's code for the registrar's program, which alone can open it; nothing where there is no such program.
 * @param {Record<string, string>} entry @param {string} code @param {string} publicKey
 */
const sealed = async (entry, code, publicKey) => {
  if (!page.registrar || !entry.lookup) return {}
  const { seal } = await import('./sealing.js')
  const text = JSON.stringify({ code, lookup: entry.lookup })
  return { sealed: await seal(text, page.registrar, `asar-sealed-code|${page.uuid}|${entry.entry}|${publicKey}`) }
}

/** Codes are made once: after a lost connection the same public keys are sent again. */
const make = async () => {
  const entries = JSON.parse(page.entries)
  for (const entry of entries.slice(made.credentials.length)) {
    const code = generateCode()
    const secret = await derive(page.uuid, code)
    const credential = { entry: entry.entry, public_key: String(generator.power(secret)) }
    made.credentials.push({ ...credential, ...(await sealed(entry, code, credential.public_key)) })
    made.sheets.append(card(entry, code))
    showProgress(made.credentials.length, entries.length)
    await pause()
  }
  made.printing = true
  await post(page.base + '/cards', { credentials: made.credentials })
  element('cards').append(made.sheets)
  showPart('print')
}

const finish = () => {
  made.printing = false
  element('cards').textContent = ''
  location.replace(page.done)
}

listen({ make, print: () => print(), finish })
addEventListener('beforeunload', (event) => {
  if (!made.printing) return
  event.preventDefault()
  event.returnValue = true
})
