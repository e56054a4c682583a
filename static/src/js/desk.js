// Keys of the review page: each opens what its button opens; outside of fields only, and only while switched on.
const STORED = "desk-keys";

function readChoice() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function keepChoice(isOn) {
  try {
    localStorage.setItem(STORED, isOn ? "on" : "off");
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
}

let isOn = readChoice();

function show(button) {
  button.hidden = false;
  button.textContent = isOn ? button.dataset.keysOn : button.dataset.keysOff;
  button.setAttribute("aria-pressed", String(isOn));
  document.body.classList.toggle("w--no-keys", !isOn);
}

const toggle = document.querySelector("[data-keys-on]");
if (toggle) {
  show(toggle);
  toggle.addEventListener("click", () => {
    isOn = !isOn;
    keepChoice(isOn);
    show(toggle);
  });
}

document.addEventListener("keydown", (event) => {
  if (!isOn || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  const found = [...document.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key);
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
});
