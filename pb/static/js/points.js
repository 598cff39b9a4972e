/** A point more or less for a project, loaded in polls of points. No more than there are: its row says why. */
import { boxes, change, refuseAt, rule, set, value } from './choices.js'

/** @param {HTMLButtonElement} button */
export default (button) => {
  const box = /** @type {HTMLInputElement} */ (button.closest('li')?.querySelector('input'))
  const given = boxes().reduce((sum, other) => sum + value(other), 0)
  const by = Number(button.dataset.by)
  const wanted = Math.max(0, Math.round(+box.value + by)) // also from a number that was refused
  if (by > 0 && wanted > rule.each) return refuseAt(box, 'each')
  if (by > 0 && given >= rule.total) return refuseAt(box, 'full')
  set(box, wanted)
  change()
}
