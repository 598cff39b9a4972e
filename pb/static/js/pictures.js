/**
 * The pictures of a ballot, after one press: all of them in one order, the same for everybody, as texts of this page.
 * So nothing asks the server for a picture again, whatever a voter opens or chooses.
 */
import { all } from './vote.js'

/** @param {Blob} blob @returns {Promise<string>} */
const text = (blob) =>
  new Promise((done) => {
    const reader = new FileReader()
    reader.onload = () => done(String(reader.result))
    reader.readAsDataURL(blob)
  })

/** @param {HTMLButtonElement} button */
export default async (button) => {
  button.disabled = true
  const rows = all('#projects > li[data-picture]')
  const place = (/** @type {any} */ row) => Number(row.querySelector('[data-index]').dataset.index)
  const found = []
  for (const row of rows.sort((a, b) => place(a) - place(b))) {
    const answer = await fetch(`${button.dataset.base}${row.dataset.picture}.jpg`).catch(() => null)
    if (answer?.ok) found.push({ row, source: await text(await answer.blob()) })
  }
  for (const { row, source } of found) {
    const picture = Object.assign(new Image(), { src: source, alt: row.dataset.shows, className: 'photo' })
    if (row.dataset.tongue) picture.lang = row.dataset.tongue // what it shows was written in one language
    row.insertBefore(picture, row.querySelector('details'))
  }
  if (found.length || !rows.length) button.remove()
  else button.disabled = false
}
