/* Small comforts; every page works without them. */

/* Quick exit: leave without a way back to this page. */
for (const link of document.querySelectorAll(".govuk-exit-this-page a")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.replace(link.href);
  });
}

/* The digits of a scanned code stand behind the # and never reach the server: carry them into the other languages. */
for (const link of document.querySelectorAll(".pu-langs a")) {
  link.addEventListener("click", () => {
    if (location.hash && location.hash !== "#main-content") link.hash = location.hash;
  });
}

/* After a fault, begin reading at the summary. */
document.querySelector(".govuk-error-summary")?.focus();

/* A form is sent once, however often its button is pressed; coming back to the page opens it again. */
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
