/* Shows what a reader's own words would bring while she types them. The button "Show what this
   brings" does the same without a script, and stays there for her when this one gets no answer. */

"use strict";

{
  const PAUSE = 700; // milliseconds in which no key is pressed

  const section = document.getElementById("own-words");
  const form = section.closest("form");
  const fields = [...section.querySelectorAll("textarea, input")];
  const button = section.querySelector("[name=preview]");
  const spoken = section.querySelector("[role=status]");
  let timer;
  let request;
  let shown; // what was typed when the answer that is on the page was asked for

  const typed = () => {
    const data = new FormData();
    for (const { name, value } of [...fields, form.elements.csrfmiddlewaretoken]) {
      data.append(name, value);
    }
    return data;
  };

  const ask = async () => {
    const data = typed();
    const said = JSON.stringify([...data]);
    clearTimeout(timer);
    request?.abort();
    if (said === shown) return;
    request = new AbortController();
    try {
      const { signal } = request;
      const answer = await fetch(section.dataset.preview, { method: "POST", body: data, signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const isWhole = show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      shown = isWhole ? said : undefined;
      button.hidden = true;
    } catch (error) {
      if (error.name !== "AbortError") button.hidden = false;
    }
  };

  /* Put an answer beneath the fields, and tell whether all of it is there now. */
  const show = (answer) => {
    const news = [];
    let isWhole = true;
    for (const field of fields) {
      const old = document.getElementById(`${field.id}_entries`);
      const fresh = answer.getElementById(old.id);
      const isWrong = fresh.querySelector(".errorlist") !== null;
      if (isWrong && field === document.activeElement) {
        isWhole = false; // half a word is no mistake: she is told when she leaves the field
        continue;
      }
      const known = new Set(texts(old));
      news.push(...texts(fresh).filter((text) => !known.has(text)));
      old.replaceWith(fresh);
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const help = `${field.id}_helptext`;
      field.setAttribute("aria-describedby", isWrong ? `${help} ${field.id}_error` : help);
    }
    spoken.textContent = news.join(" ");
    return isWhole;
  };

  const texts = (entries) =>
    [...entries.querySelectorAll(".figures, .errorlist li")].map((it) =>
      it.textContent.trim().replace(/\s+/g, " "),
    );

  section.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  section.addEventListener("focusout", () => setTimeout(ask)); // once the next field has the focus
  shown = JSON.stringify([...typed()]);
  if (fields.some((field) => field.value.trim())) {
    shown = undefined;
    ask();
  }
  button.hidden = true;
}
