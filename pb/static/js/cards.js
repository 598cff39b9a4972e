/**
 * The registrar's page that makes voter cards: codes come into being here, are printed from here, and are forgotten
 * with the page. Public keys are sent, codes that the registrar's program alone can open, and what the maker states of
 * the whole list. The maker's file and key are saved here and never sent.
 */
import { loadGroup } from './belenios.js'
import { makeCards, makeKey, newSalt, printedFingerprint, readKept, wholeList } from './cardlist.js'
import { inGroups } from './keyfile.js'
import { element, listen, post, Problem, save, showPart, showProgress } from './page.js'

/** The roll's entries without a card, and the words that the server wrote for this script. @type {Record<string, string>} */
const page = element('page').dataset
const made = {
  credentials: /** @type {object[]} */ ([]),
  cards: /** @type {Record<string, string>} */ ({}),
  sheets: document.createDocumentFragment(),
  key: /** @type {any} */ (null),
  salt: newSalt(),
  list: /** @type {any} */ (null),
  printing: false,
  kept: false,
}

/** @param {Record<string, string>} entry of the roll @param {string} code @param {string} mark */
const card = (entry, code, mark) => {
  const words = /** @type {Record<string, string>} */ ({ ...entry, code: inGroups(code), mark })
  const sheet = element('card').content.cloneNode(true)
  for (const place of sheet.querySelectorAll('[data-card]')) place.textContent = words[place.dataset.card]
  return sheet
}

/** The maker's file of the cards that exist already; nothing where there are none. */
const earlierList = async () => {
  if (!Number(page.made)) return null
  const [file] = element('earlier').files
  const kept = file && readKept(await file.text(), page.uuid, page.group)
  if (!kept) throw new Problem(page.earlier)
  return kept
}

/** Codes are made once: after a lost connection the same public keys are sent again. */
const make = async () => {
  const earlier = await earlierList()
  const all = JSON.parse(page.entries)
  const group = await loadGroup(page.group)
  await makeCards(all.slice(made.credentials.length), group, page.uuid, page.registrar, async (entry, code, row) => {
    made.credentials.push(row)
    made.cards[entry.number] = row.public_key
    made.sheets.append(card(entry, code, await printedFingerprint(row.public_key)))
    showProgress(made.credentials.length, all.length)
  })
  if (!earlier) made.key ??= await makeKey()
  const key = earlier?.key ?? made.key.key
  const without = Number(page.made) ? element('without').value.split(/[ ,;]+/).filter(Boolean) : []
  const head = { election: page.uuid, group: page.group, made: 'platform-page', key, salt: made.salt }
  made.list = await wholeList(earlier, without, made.cards, head)
  made.printing = true
  await post(page.base + '/cards', { credentials: made.credentials, statement: made.list.statement })
  element('cards').append(made.sheets)
  element('list').textContent = made.list.list
  element('numbers').textContent = made.list.numbers
  element('maker').textContent = made.list.maker
  element('passphrase').textContent = made.key?.passphrase ?? ''
  element('new-key').hidden = !made.key
  showPart('print')
}

const keep = () => {
  save(made.list.kept, 'maker.json')
  if (made.key) save(made.key.file, 'maker-key.json')
  made.kept = true
}

/** Without these files nobody can confirm the published list, and the adoption of the result waits for that. */
const finish = () => {
  if (!made.kept) throw new Problem(page.keep)
  made.printing = false
  element('cards').textContent = ''
  location.replace(page.done)
}

listen({ make, keep, print: () => print(), finish })
addEventListener('beforeunload', (event) => {
  if (!made.printing) return
  event.preventDefault()
  event.returnValue = true
})
