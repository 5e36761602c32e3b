/* Shows an SVG, tells which row or fold was clicked or chosen by keyboard, and saves the picture. */

const save = (blob, name) => {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

const savePng = (svg, name) => {
  const image = new Image()
  const source = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }))
  image.onload = () => {
    const scale = Math.min(2, 16_000 / Math.max(image.width, image.height)) // larger canvases stay empty
    const canvas = document.createElement("canvas")
    canvas.width = image.width * scale
    canvas.height = image.height * scale
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height)
    canvas.toBlob(blob => save(blob, name), "image/png")
    URL.revokeObjectURL(source)
  }
  image.src = source
}

const mark = (frame, row, cell) => {
  for (const one of frame.querySelectorAll("[data-row]")) {
    const chosen = one.dataset.row === row
    one.toggleAttribute("data-selected", chosen)
    if (one.getAttribute("role") === "button") one.setAttribute("aria-pressed", String(chosen))
  }
  for (const one of frame.querySelectorAll("[data-cell]")) one.toggleAttribute("data-holds", one.dataset.cell === cell)
}

/* One of the buttons can be reached by Tab, the others from it by the arrows. */
const reachable = (buttons, button) => {
  for (const one of buttons) one.setAttribute("tabindex", one === button ? "0" : "-1")
}

const reveal = (frame, element) => {
  if (!element) return
  const inner = element.getBoundingClientRect()
  const outer = frame.getBoundingClientRect()
  if (inner.left < outer.left || inner.right > outer.right) frame.scrollLeft += inner.left - outer.left - 60
  if (inner.top < outer.top || inner.bottom > outer.bottom) frame.scrollTop += inner.top - outer.top - 60
}

export default function ({ data, parentElement, setTriggerValue }) {
  const frame = parentElement.querySelector(".frame")
  const focused = frame.contains(parentElement.activeElement) ? parentElement.activeElement.dataset : null
  const fresh = frame.svg !== data.svg
  if (fresh) {
    frame.svg = data.svg
    frame.innerHTML = data.svg
  }
  frame.style.setProperty("--tallest", `${data.tallest}px`)
  const buttons = [...frame.querySelectorAll("[role=button]")]
  mark(frame, data.row, data.cell)
  if (fresh && focused) {
    buttons.find(one => (focused.row ? one.dataset.row === focused.row : one.dataset.fold === focused.fold))?.focus()
  }
  const chosen = buttons.find(one => one.dataset.row === data.row) ?? buttons[0]
  if (!frame.contains(parentElement.activeElement)) reachable(buttons, chosen)
  if (frame.row !== data.row) reveal(frame, frame.querySelector("[data-holds]"))
  frame.row = data.row

  const act = element => {
    if (!element) return
    if (element.dataset.fold) {
      setTriggerValue("folded", { key: element.dataset.fold, open: element.closest("[data-cell]") !== null })
    } else if (element.dataset.row) {
      frame.row = element.dataset.row
      mark(frame, element.dataset.row, element.closest("[data-cell]").dataset.cell)
      setTriggerValue("selected", element.dataset.row)
    }
  }
  frame.onclick = event => act(event.target.closest("[data-row], [data-fold]"))
  frame.onfocusin = event => reachable(buttons, event.target.closest("[role=button]"))
  frame.onkeydown = event => {
    const at = buttons.indexOf(event.target.closest("[role=button]"))
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const next = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }
    if (event.key === "Enter" || event.key === " ") act(buttons[at])
    else if (event.key in next) buttons[next[event.key]]?.focus()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const offer = (button, label, saving) => {
    button.title = label
    button.setAttribute("aria-label", label)
    button.onclick = saving
  }
  const saveSvg = () => save(new Blob([data.svg], { type: "image/svg+xml" }), `${data.name}.svg`)
  offer(parentElement.querySelector(".tools .svg"), data.save_svg, saveSvg)
  offer(parentElement.querySelector(".tools .png"), data.save_png, () => savePng(data.svg, `${data.name}.png`))
}
