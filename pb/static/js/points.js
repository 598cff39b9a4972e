/** A point more or less for a project, loaded in polls of points. No more than there are: its row says why. */
import { boxes, change, refuseAt, rule, set, value } from './choices.js'

/** @param {HTMLButtonElement} button */
export default (button) => {
  const box = /** @type {HTMLInputElement} */ (button.closest('li')?.querySelector('input'))
  const given = boxes().reduce((sum, other) => sum + value(other), 0)
  const wanted = value(box) + Number(button.dataset.by)
  if (wanted < 0) return
  if (wanted > value(box) && wanted > rule.each) return refuseAt(box, 'each')
  if (wanted > value(box) && given >= rule.total) return refuseAt(box, 'full')
  set(box, wanted)
  change()
}
