// While something typed is not saved, no button of the page acts on the saved state, and nobody leaves unasked.
// Without scripts the server sees to it: a page that shows unsaved input offers only what saves it.
(() => {
  "use strict";
  const SAID =
    "Ihre Änderungen sind noch nicht gespeichert. Die übrigen Schritte auf dieser Seite gelten für den gespeicherten " +
    "Stand. Sie sind deshalb gesperrt, bis Sie gespeichert haben.";
  const main = document.querySelector("main");
  const fields = (form) =>
    [...form.elements].filter((field) => field.name && !["hidden", "submit", "button", "fieldset"].includes(field.type));
  const forms = [...main.querySelectorAll("form[method=post]")].filter(
    (form) => fields(form).length && !form.querySelector("[type=password]"),
  );
  const saved = new Map(); // what an autosave has kept of a form
  let sending = false;

  const typed = (form) =>
    JSON.stringify(fields(form).map((field) => ("checked" in field ? [field.value, field.checked] : field.value)));

  const changed = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.value !== "";
    if (!field.options) return field.value !== field.defaultValue;
    const given = [...field.options].some((option) => option.defaultSelected);
    return given
      ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : field.selectedIndex > 0;
  };

  const unsaved = () =>
    forms.filter((form) => {
      if (saved.has(form)) return saved.get(form) !== typed(form);
      return "khUnsaved" in form.dataset || fields(form).some(changed);
    });

  const notice = document.createElement("p");
  notice.id = "ungespeichert";
  notice.className = "kh-unsaved";
  notice.tabIndex = -1;
  notice.setAttribute("role", "status");

  const hold = () => {
    const open = unsaved();
    let held = false;
    for (const step of main.querySelectorAll("a.kern-btn, button.kern-btn, .kh-link-button")) {
      const free = !open.length || open.some((form) => form.contains(step) || step.form === form);
      held ||= !free;
      if (free && step.getAttribute("aria-describedby") === notice.id) {
        step.removeAttribute("aria-disabled");
        step.removeAttribute("aria-describedby");
      } else if (!free) {
        step.setAttribute("aria-disabled", "true");
        step.setAttribute("aria-describedby", notice.id);
      }
    }
    if (held && !notice.isConnected) {
      (main.querySelector(".kh-file-head") || main.querySelector("h1")).after(notice);
      notice.textContent = SAID;
    } else if (!held) {
      notice.remove();
    }
  };

  document.addEventListener("input", hold);
  document.addEventListener("change", hold);
  document.addEventListener("reset", () => setTimeout(hold));
  document.addEventListener(
    "click",
    (event) => {
      const step = event.target.closest("[aria-disabled=true]");
      if (!step || step.getAttribute("aria-describedby") !== notice.id) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      notice.focus();
    },
    true,
  );
  document.addEventListener("submit", () => {
    sending = true;
    setTimeout(() => (sending = false), 2000);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && unsaved().length) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    sending = false;
    hold();
  });

  // An autosave keeps what stood in the form when it was sent.
  const sent = new Map();
  document.addEventListener("htmx:beforeRequest", ({ detail: { elt } }) => {
    if (forms.includes(elt)) sent.set(elt, typed(elt));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (forms.includes(form) && event.detail.target.querySelector("[data-kh-saved]")) saved.set(form, sent.get(form));
    hold();
  });
})();
