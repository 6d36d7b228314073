/* Keeps what was typed a moment after each change, so that a lost signal or a closed page loses nothing. Only blank or right answers are kept. */

const form = document.querySelector("form[data-autosave]");
const said = document.querySelector("[data-kept]");
let waiting;

async function keep() {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Quietly": "1" }, redirect: "manual" });
    const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    said.textContent = answer.status === 204 ? `${form.dataset.autosave} ${time}` : "";
  } catch {
    said.textContent = ""; // no network: the button still saves everything later
  }
}

form?.addEventListener("change", () => {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 800);
});
form?.addEventListener("submit", () => clearTimeout(waiting));
