// What pages do besides being read: forms answered in place, and news told without moving the page.
"use strict";
(() => {
  const wrong = (form, text, field) => {
    let place = form.querySelector("[data-wrong]");
    if (!place) {
      place = document.createElement("p");
      place.className = "wrong";
      place.setAttribute("role", "alert");
      place.dataset.wrong = "";
      form.append(place);
    }
    place.textContent = text;
    place.hidden = false;
    for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    const input = field && form.elements.namedItem(field);
    if (input && input.focus) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else {
      place.tabIndex = -1;
      place.focus();
    }
  };

  // While a form is answered its page may go: nobody looks whether it has changed.
  let leaving = false;

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const sure = form.dataset.sure;
    if (sure && !window.confirm(sure)) {
      event.preventDefault();
      return;
    }
    if (form.dataset.inline === undefined) return;
    event.preventDefault();
    const button = event.submitter || form.querySelector("button");
    // What the button itself says is read before it is disabled: a disabled one says nothing.
    const data = new FormData(form, event.submitter && event.submitter.name ? event.submitter : undefined);
    if (button) button.disabled = true;
    leaving = true;
    try {
      const files = [...data.values()].some((value) => value instanceof File);
      const answer = await fetch(form.action, {
        method: "POST",
        body: files ? data : new URLSearchParams(data),
        headers: { Accept: "application/json" },
        redirect: "manual",
      });
      const said = await answer.json();
      if (answer.ok) {
        if (said.once) {
          show(said);
        } else {
          // Asked for once: what is said is said once. To a place on this very page assigning only scrolls.
          const [page, place] = said.next.split("#");
          if (place !== undefined && page === window.location.pathname + window.location.search) {
            window.location.hash = place;
            window.location.reload();
          } else {
            window.location.assign(said.next);
          }
        }
        return;
      }
      leaving = false;
      wrong(form, said.detail || said.title, said.field);
    } catch {
      leaving = false;
      wrong(form, document.documentElement.lang === "en" ? "The server cannot be reached. Nothing was sent; try again." : "连不上服务器，内容没有提交，请稍后再试。");
    } finally {
      // Nothing is sent twice while the next page is on its way.
      if (button && !leaving) button.disabled = false;
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  // What is shown once, in the form's place.
  const show = (said) => {
    const main = document.getElementById("main");
    const english = document.documentElement.lang === "en";
    const make = (name, text, parent) => {
      const element = document.createElement(name);
      if (text) element.textContent = text;
      parent.append(element);
      return element;
    };
    main.replaceChildren();
    make("h1", said.said, main);
    const card = make("section", "", main);
    card.className = "card narrow";
    make("p", said.once.about, card);
    if (said.once.qr) {
      const picture = make("div", "", card);
      picture.className = "qr";
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", english ? "QR picture" : "二维码");
      picture.append(document.importNode(new DOMParser().parseFromString(said.once.qr, "image/svg+xml").documentElement, true));
    }
    const list = make("ul", "", card);
    list.className = "codes";
    for (const code of said.once.codes) make("code", code, make("li", "", list));
    const on = make("a", english ? "I have noted it, go on" : "我已记下，继续", card);
    on.className = "button primary";
    on.href = said.next;
    main.focus();
  };

  const next = document.querySelector("[data-next]");
  if (next) next.value = new URLSearchParams(window.location.search).get("next") || "/";

  // A choice that filters at once.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.dataset.now !== undefined) form.requestSubmit();
  });

  // Tick all of a list.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset.all;
    if (!name) return;
    for (const box of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)) box.checked = event.target.checked;
  });

  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

  // A page that was asked for to be printed.
  if (document.querySelector("[data-print-now]")) window.print();

  const main = document.getElementById("main");
  const news = document.querySelector("[data-news]");
  if (main && main.dataset.fingerprint && news && window.EventSource) {
    let looking = false;
    const look = async () => {
      if (leaving || looking || !news.hidden || document.hidden) return;
      looking = true;
      try {
        const answer = await fetch(window.location.href, { headers: { "X-Qiaomen-Peek": "1" } });
        if (answer.ok && (await answer.json()).fingerprint !== main.dataset.fingerprint) news.hidden = false;
      } catch {
        // Told again at the next change.
      } finally {
        looking = false;
      }
    };
    const events = new EventSource("/events?since=" + main.dataset.pulse);
    events.addEventListener("changed", look);
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pagehide", () => events.close());
  }
})();
