/**
 * What the maker of the cards prints: the cards, and the sheet that is signed at the drawing of the lot. Used by the page
 * of the platform and by the one saved file; pb/templates/cards/printed.html has the places that are filled here.
 */
import { element, showFingerprint } from './page.js'

/** What went to the printer, or to its dialog: nothing more can be known here. */
export const printed = { cards: false, sheet: false }

/** @param {Record<string, string>} words by the names of their places on the card */
export const printedCard = (words) => {
  const card = element('card').content.cloneNode(true)
  for (const place of card.querySelectorAll('[data-card]')) place.textContent = words[place.dataset.card]
  return card
}

/** Where a card's holder looks its key up: beside the voting page. @param {string} address */
export const keysAddress = (address) => address.replace(/[^/]*$/, 'keys')

/** Lines of the sheet whose value is compared sign by sign. */
const FINGERPRINTS = new Set(['list', 'numbers', 'key', 'certificate', 'certificate_key'])

/** In each language; a line without a value is not shown. @param {any} list of wholeList @param {string} poll */
export const fillSheet = (list, poll) => {
  const today = new Date()
  const values = /** @type {Record<string, string>} */ ({ ...list.shown, poll })
  for (const line of element('sheet').querySelectorAll('[data-sheet]')) {
    const { sheet, pattern, months } = line.dataset
    const parts = { day: today.getDate(), month: months?.split(' ')[today.getMonth()], year: today.getFullYear() }
    const value = sheet === 'date' ? pattern.replace(/\{(\w+)\}/g, (_, part) => parts[part]) : values[sheet]
    line.hidden = !value
    if (FINGERPRINTS.has(line.dataset.sheet ?? '')) showFingerprint(line.querySelector('dd'), value ?? '')
    else if (line.dataset.sheet !== 'made') line.querySelector('dd').textContent = value
    for (const how of line.querySelectorAll('[data-made]')) how.hidden = how.dataset.made !== value
  }
}

/** @param {'cards' | 'sheet'} what */
const printOnly = (what) => {
  document.body.dataset.print = what
  print()
  printed[what] = true
}

/** The two buttons; a page adds its own. */
export const printing = { 'print-cards': () => printOnly('cards'), 'print-sheet': () => printOnly('sheet') }
