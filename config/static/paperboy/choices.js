/* Shows what her choice would bring, while she makes it: beneath her own words, and, where a page has
   a place for it, the papers themselves. The button "Show me what this brings" does the same without a
   script, and stays there for her when this one gets no answer. */

"use strict";

{
  const PAUSE = 700; // milliseconds in which no key is pressed
  const MOMENT = 150; // in which she may tick one more topic

  const section = document.getElementById("own-words");
  const form = section.closest("form");
  const fields = [...section.querySelectorAll("textarea, input")];
  const topics = [...form.querySelectorAll("[name=topics]")];
  const button = section.querySelector("[name=preview]");
  const spoken = section.querySelector("[role=status]");
  const showsPapers = document.getElementById("papers") !== null;
  let timer;
  let request;
  let shown; // what was chosen when the answer that is on the page was asked for

  const chosen = () => {
    const data = new FormData();
    for (const { name, value } of [...fields, form.elements.csrfmiddlewaretoken]) {
      data.append(name, value);
    }
    if (showsPapers) {
      for (const { name, value } of topics.filter((it) => it.checked)) data.append(name, value);
    }
    return data;
  };

  const ask = async () => {
    const data = chosen();
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

  const askIn = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
  };

  /* Put an answer on the page, and tell whether all of it is there now. */
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
      news.push(...replace(old, fresh));
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
      const help = `${field.id}_helptext`;
      field.setAttribute("aria-describedby", isWrong ? `${help} ${field.id}_error` : help);
    }
    if (showsPapers) {
      news.push(...replace(document.getElementById("papers"), answer.getElementById("papers")));
    }
    spoken.textContent = news.join(" ");
    return isWhole;
  };

  /* Put something in the place of what it was, and return what is new to say aloud. */
  const replace = (old, fresh) => {
    const known = new Set(texts(old));
    fresh.classList.add("fresh");
    old.replaceWith(fresh);
    return texts(fresh).filter((text) => !known.has(text));
  };

  const texts = (part) =>
    [...part.querySelectorAll(".figures, .errorlist li, .said")].map((it) =>
      it.textContent.trim().replace(/\s+/g, " "),
    );

  section.addEventListener("input", () => askIn(PAUSE));
  section.addEventListener("focusout", () => setTimeout(ask)); // once the next field has the focus
  if (showsPapers) for (const topic of topics) topic.addEventListener("change", () => askIn(MOMENT));

  // A browser that comes back to this page may bring along what she had chosen.
  const isAsShown = (it) => it.checked === it.defaultChecked;
  if (!topics.every(isAsShown) || fields.some((field) => field.value.trim())) ask();
  else shown = JSON.stringify([...chosen()]);
  button.hidden = true;
}
