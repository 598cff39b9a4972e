/**
 * Photos of a proposal: drawn smaller in the browser where it can, sent in parts, taken up again where a connection
 * broke. Without this script the form sends them whole.
 */
const SIDE = 1280
const QUALITY = 0.85
const PART = 64 * 1024
const TRIES = 12
const LONGEST_PAUSE = 30_000
const LOOK = 3000
const MOST_DAMAGED = 3

/** @param {string} id @returns {any} */
const element = (id) => document.getElementById(id)
const form = element('sending')?.closest('form')

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds))

/** @param {string} name @param {Record<string, any>} [values] */
const tell = (name, values = {}) => {
  const text = element('sending')
  text.hidden = false
  text.textContent = String(text.dataset[name]).replace(/{(\w+)}/g, (_, value) => values[value])
}

/** As small as it is shown; the file itself where the browser cannot draw it. @param {File} file @returns {Promise<Blob>} */
const drawn = async (file) => {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    const plane = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
    plane.fillStyle = '#fff'
    plane.fillRect(0, 0, canvas.width, canvas.height)
    plane.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
    return blob && blob.size < file.size ? blob : file
  } catch {
    return file
  }
}

/** @param {Blob} blob */
const digest = async (blob) => {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** One answer of the server, however often the connection breaks before. @param {() => Promise<Response>} ask */
const answered = async (ask) => {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await ask()
      const told = await answer.json()
      const goesOn = answer.status >= 500 || (answer.status === 429 && told.wait * 1000 <= LONGEST_PAUSE)
      if (!goesOn) return told
    } catch {
      // the network is away
    }
    if (tries >= TRIES) throw new Error('away')
    tell('broken')
    await pause(Math.min(LONGEST_PAUSE, 500 * 2 ** tries))
  }
}

/** @param {File} file @param {(part: number) => void} progress @returns {Promise<string>} why it was refused, or nothing */
const send = async (file, progress) => {
  const blob = await drawn(file)
  const address = `${element('sending').dataset.base}/${await digest(blob)}`
  const ask = () => answered(() => fetch(address))
  let { offset, error, done } = await ask()
  if (done) return ''
  for (let damaged = 0; !error;) {
    const query = new URLSearchParams({ offset, size: String(blob.size), name: file.name })
    const options = {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream', 'X-CSRFToken': form.elements.csrf_token.value },
      body: blob.slice(offset, offset + PART),
    }
    const answer = await answered(() => fetch(`${address}?${query}`, options))
    if (answer.done) return ''
    if (answer.again && ++damaged >= MOST_DAMAGED) return answer.again
    ;({ offset, error } = answer)
    progress(offset / blob.size)
  }
  return error.message
}

/** @param {File[]} files */
const sendAll = async (files) => {
  const refused = []
  for (const [place, file] of files.entries()) {
    const values = { number: place + 1, total: files.length, percent: '0\u00a0%' }
    tell('told', values)
    const why = await send(file, (part) => tell('told', { ...values, percent: `${Math.round(part * 100)}\u00a0%` }))
    if (why) refused.push(`${file.name}: ${why}`)
  }
  return refused
}

form?.addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  const chosen = form.elements.pictures
  const files = [...(chosen?.files ?? [])]
  if (!files.length || !self.crypto?.subtle) return
  event.preventDefault()
  event.stopPropagation()
  const buttons = [...form.querySelectorAll('.actions button')]
  const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter)
  buttons.forEach((button) => { button.disabled = true })
  try {
    const refused = await sendAll(files)
    chosen.value = ''
    if (!refused.length) {
      // A form that a script sends tells nothing of the button that was pressed.
      if (pressed?.name) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name: pressed.name, value: pressed.value }))
      return form.submit()
    }
    const lines = refused.map((text) => Object.assign(document.createElement('li'), { textContent: text }))
    element('not-taken').replaceChildren(...lines)
    element('not-taken').hidden = false
    element('sending').hidden = true
  } catch {
    tell('failed')
  }
  buttons.forEach((button) => { button.disabled = false })
}, true)

/** What is being prepared is looked for; the form, in which somebody may write, stays. */
const look = async (left = 20) => {
  if (!document.querySelector('[data-waiting]') || !left) return
  await pause(LOOK)
  const text = await fetch(location.pathname).then((answer) => answer.text()).catch(() => '')
  const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('attached')
  if (fresh) element('attached').replaceWith(document.adoptNode(fresh))
  look(left - 1)
}
look()
