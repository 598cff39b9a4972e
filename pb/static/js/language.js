/** Takes the texts of another language and keeps the step and the choices; loaded when a voter asks for it. */
import { arrange, chosen, set, value } from './choices.js'
import { all, election, element, lost, show, step, voter, withReceipt } from './vote.js'

/** @param {HTMLAnchorElement} link */
export default async ({ href }) => {
  const text = await fetch(href).then((response) => response.text()).catch(lost)
  const other = /** @type {any} */ (new DOMParser().parseFromString(text, 'text/html'))
  if (other.getElementById('vote')?.dataset.election !== election.raw) return location.assign(href)
  const given = chosen().map((box) => [box.id, value(box)])
  const typed = ['iin', 'code'].map((id) => [id, element(id).value])
  document.documentElement.lang = other.documentElement.lang
  document.title = other.title
  all('[name=csrf-token]')[0].content = other.querySelector('[name=csrf-token]').content
  document.body.replaceWith(other.body)
  for (const [id, number] of given) set(element(id), number)
  for (const [id, text] of typed) element(id).value = text
  history.replaceState(history.state, '', href)
  await arrange()
  if (voter.receipt) (await withReceipt()).fill()
  show(step)
}
