/** What somebody paid to the okrug, spread over the rows of the receipt. All of it happens here: nothing is sent or kept. */
const fields = [...document.querySelectorAll('[data-tax]')]
const shown = (id) => document.getElementById(id)

/** Tiyn of a sum as people write it, null where it is none. @param {string} text */
const read = (text) => {
  const bare = text.replace(/[\s₸]/g, '')
  if (!bare) return 0n
  const found = /^(\d{1,12})(?:[.,](\d{1,2}))?$/.exec(bare)
  return found ? BigInt(found[1]) * 100n + BigInt((found[2] ?? '').padEnd(2, '0')) : null
}

/** @param {bigint} tiyn */
const money = (tiyn) => {
  const size = tiyn < 0n ? -tiyn : tiyn
  const whole = String(size / 100n).replace(/\B(?=(\d{3})+$)/g, '\u00a0')
  const rest = size % 100n
  return `${tiyn < 0n ? '\u2212' : ''}${whole}${rest ? `,${String(rest).padStart(2, '0')}` : ''}\u00a0₸`
}

/**
 * What is paid, by weights of a whole, in whole tiyn that add up to an amount: the largest remainders of what is not rounded.
 * @param {bigint} amount @param {bigint[]} weights @param {bigint} paid @param {bigint} whole
 */
const addingUp = (amount, weights, paid, whole) => {
  if (!whole) return weights.map(() => 0n)
  const parts = weights.map((weight, place) => {
    let floor = paid * weight / whole
    let left = paid * weight - floor * whole
    if (left && left < 0n !== whole < 0n) { floor -= 1n; left += whole }
    return { place, floor, left: whole < 0n ? -left : left }
  })
  let missing = amount - parts.reduce((sum, part) => sum + part.floor, 0n)
  for (const part of [...parts].sort((one, other) => (other.left > one.left ? 1 : other.left < one.left ? -1 : one.place - other.place)))
    if (missing-- > 0n) part.floor += 1n
  return parts.map((part) => part.floor)
}

/** The rows right below a list. @param {Element} list */
const rowsOf = (list) => [...list.children].filter((row) => row instanceof HTMLElement && row.dataset.weight)

/** @param {Element} row */
const weightOf = (row) => BigInt(row.dataset.weight)

/** @param {Element | null} list @param {bigint} amount @param {bigint} paid @param {bigint} whole @param {boolean} any */
const hand = (list, amount, paid, whole, any) => {
  if (!list) return
  const rows = rowsOf(list)
  const parts = addingUp(amount, rows.map(weightOf), paid, whole)
  rows.forEach((row, place) => {
    write(row.querySelector('[data-mine]'), parts[place], any)
    hand(row.querySelector('.till-rows'), parts[place], paid, whole, any)
  })
}

const tell = shown('till').dataset.yours ?? '…'

/** @param {HTMLElement} place @param {bigint} amount @param {boolean} any */
const write = (place, amount, any) => {
  place.hidden = !any
  place.textContent = tell.replace('…', money(amount))
}

const compute = () => {
  const sums = fields.map((field) => read(field.value))
  fields.forEach((field, place) => field.setAttribute('aria-invalid', String(sums[place] === null)))
  const wrong = sums.includes(null)
  const paid = sums.reduce((sum, one) => sum + (one ?? 0n), 0n)
  const any = !wrong && paid > 0n
  shown('wrong').hidden = !wrong
  shown('told').hidden = !any
  document.querySelector('[data-paid]').textContent = money(paid)
  write(document.querySelector('[data-mine=total]'), paid, any)
  const list = document.querySelector('#till .till-rows')
  const whole = list ? rowsOf(list).map(weightOf).reduce((sum, weight) => sum + weight, 0n) : 0n
  hand(list, paid, paid, whole, any)
}

shown('needs').hidden = true
shown('fields').hidden = false
for (const field of fields) field.addEventListener('input', compute)
compute() // what the browser itself filled in, after going back
