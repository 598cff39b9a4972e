/** What the trustee's and the registrar's pages share: messages, requests, files. The voter's page does not load it. */

/** @param {string} id @returns {any} */
export const element = (id) => document.getElementById(id)

/** What people compare sign by sign: in groups of four, apart by their margin alone. @param {Element} place @param {string} text */
export const showFingerprint = (place, text) => {
  const groups = (text.match(/.{1,4}/g) ?? []).map((four) => Object.assign(document.createElement('span'), { textContent: four }))
  place.classList.add('groups')
  place.replaceChildren(...groups)
}

/** A message for the person at the page; several, each on its line, are shown as a list. */
export class Problem extends Error {}

/** @param {string} message or nothing, to take the last one away */
const showProblem = (message) => {
  const box = element('problems')
  box.hidden = !message
  const lines = message.split('\n')
  const text = document.createElement(lines.length > 1 ? 'ul' : 'p')
  if (lines.length > 1) for (const line of lines) text.appendChild(document.createElement('li')).textContent = line
  else text.textContent = message
  box.querySelector('p, ul').replaceWith(text)
  if (message) box.focus()
}

/** @param {string} address @param {object} body @returns {Promise<any>} */
export const post = async (address, body) => {
  const token = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name=csrf-token]')).content
  let response, answer
  try {
    response = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-CSRFToken': token },
      body: JSON.stringify(body),
    })
    answer = await response.json()
  } catch {
    throw new Problem(element('page').dataset.connection)
  }
  if (!response.ok) throw new Problem(answer.error.message)
  return answer
}

/** @param {string} text @param {string} name of the file */
export const save = (text, name) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = name
  link.click()
}

/** @param {number} done @param {number} total */
export const showProgress = (done, total) => {
  const bar = element('progress')
  bar.hidden = false
  bar.querySelector('progress').max = total
  bar.querySelector('progress').value = done
  bar.querySelector('span').textContent = `${done} / ${total}`
}

/** Shows one part of the page. @param {string} name */
export const showPart = (name) => {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-part]'))) {
    part.hidden = part.dataset.part !== name
    if (!part.hidden) part.focus()
  }
}

/**
 * Runs the action that a form or a button names, one at a time.
 * @param {Record<string, () => unknown>} actions
 */
export const listen = (actions) => {
  const able = crypto.subtle && self.BigInt
  element('elsewhere').hidden = able
  element('elsewhere').classList.remove('late')
  if (!able) return
  let busy = false
  for (const kind of ['submit', 'click']) {
    document.addEventListener(kind, async (event) => {
      const target = /** @type {HTMLElement} */ (event.target).closest(kind === 'submit' ? 'form' : 'button')
      const action = actions[target?.dataset.action ?? '']
      if (!action) return
      event.preventDefault()
      if (busy) return
      busy = true
      element('wait').hidden = false
      showProblem('')
      try {
        await action()
      } catch (error) {
        if (!(error instanceof Problem)) console.error(error)
        showProblem(error instanceof Problem ? error.message : element('page').dataset.failure)
      }
      element('wait').hidden = true
      busy = false
    })
  }
}
