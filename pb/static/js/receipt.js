/** The receipt of a ballot: its code, a QR code for looking it up, copying, saving. Loaded before the ballot is sent. */
import { ALPHABET } from './codes.js'
import { all, element, forget, show, voter } from './vote.js'

const SVG = 'http://www.w3.org/2000/svg'
const MARGIN = 4

/** The first 100 bits of a tracker, as `pb/core/belenios/receipt_code.py` tells them. @param {string} tracker */
export const receiptCode = (tracker) => {
  const bits = [...atob(tracker + '=')].map((byte) => byte.charCodeAt(0).toString(2).padStart(8, '0')).join('')
  const groups = bits.slice(0, 100).match(/.{20}/g) ?? []
  return groups.map((group) => group.replace(/.{5}/g, (five) => ALPHABET[parseInt(five, 2)])).join(' ')
}

/** @param {any} receipt */
export const receive = (receipt) => {
  Object.assign(voter, { receipt, own: receipt.tracker === voter.ballot?.[1], secret: 0 })
  forget()
  voter.clear?.()
  fill()
  show('receipt')
}

/** Writes the receipt into the page, also into that of another language. */
export const fill = () => {
  const { receipt, own } = voter
  const hour = receipt.hour.replace(/(\d+)-(\d+)-(\d+)T(.{5}).*/, '$3.$2.$1, $4')
  const shown = { ...receipt, hour, code: receiptCode(receipt.tracker) }
  for (const value of all('[data-receipt]')) value.textContent = shown[value.dataset.receipt]
  for (const part of all('[data-own]')) part.hidden = (part.dataset.own === 'yes') !== own
  for (const link of all('[data-lookup]')) link.hash = receipt.tracker
  // Without the library the address stands there as a link: a lost connection costs the picture alone.
  if (element('receipt-qr')) import('./lean_qr.js').then(drawAddress).catch(() => {})
}

/** The whole tracker goes into the fragment, which no server sees. @param {any} library */
const drawAddress = ({ generate }) => {
  const picture = element('receipt-qr')
  const code = generate(all('[data-lookup]')[0].href)
  let squares = ''
  for (let y = 0; y < code.size; y++) for (let x = 0; x < code.size; x++) if (code.get(x, y)) squares += `M${x},${y}h1v1h-1z`
  picture.setAttribute('viewBox', [-MARGIN, -MARGIN, code.size + 2 * MARGIN, code.size + 2 * MARGIN].join(' '))
  picture.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', squares)
  picture.parentElement.hidden = false
}

/** @param {HTMLElement} button */
const copy = async (button) => {
  await navigator.clipboard.writeText(receiptCode(voter.receipt.tracker))
  element('copied').textContent = String(button.dataset.done)
}

const save = () => {
  const fields = 'version election election_hash tracker position height event hour key signature'.split(' ')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(voter.receipt, fields)], { type: 'application/json' }))
  link.download = 'receipt.json'
  link.click()
}

/** @param {HTMLElement} button */
export default (button) => (button.dataset.call === 'copy' ? copy(button) : save())
