/**
 * The screen of the hall: the tablet in another window of this device says at once that something changed; elsewhere it
 * asks every four seconds, and is mostly told that nothing did.
 */
const screen = /** @type {HTMLElement} */ (document.getElementById('hall'))
const address = screen.dataset.now ?? ''
const NAME = `asar-meeting ${new URL(address, location.href).pathname.replace(/\/now$/, '')}`
let etag = ''

const look = async () => {
  const answer = await fetch(address, { headers: etag ? { 'If-None-Match': etag } : {}, cache: 'no-store' }).catch(() => null)
  if (!answer || answer.status !== 200) return
  etag = answer.headers.get('ETag') ?? ''
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  screen.replaceChildren(...(page.querySelector('main')?.childNodes ?? []))
}

new BroadcastChannel(NAME).addEventListener('message', look)
setInterval(() => { if (!document.hidden) look() }, 4000)
