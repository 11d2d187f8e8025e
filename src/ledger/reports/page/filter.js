"use strict";
(() => {
  const form = document.getElementById("filter");
  const stories = [...document.querySelectorAll("article.commitment")];
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  const texts = new Map(stories.map((story) => [story, folded(story.textContent)]));
  const fields = ["country", "theme", "status", "strength", "words"];
  const asked = () => Object.fromEntries(fields.map((name) => [name, form.elements[name].value]));

  const stands = (story, { country, status }) =>
    story.dataset.standings.split(" ").some((standing) => {
      const [code, word] = standing.split("/");
      return (!country || code === country) && (!status || word === status);
    });

  const matches = (story, wanted) =>
    stands(story, wanted) &&
    (!wanted.theme || story.dataset.theme === wanted.theme) &&
    (!wanted.strength || story.dataset.strength === wanted.strength) &&
    folded(wanted.words).split(/\s+/).every((word) => texts.get(story).includes(word));

  // An address keeps what is filtered where the browser allows it; a page opened from a file can't be given one.
  const keep = (wanted) => {
    const given = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    try {
      history.replaceState(null, "", (given.size ? `?${given}` : location.pathname) + location.hash);
    } catch { /* it is only for sharing */ }
  };

  const show = () => {
    const wanted = asked();
    const shown = new Set(stories.filter((story) => matches(story, wanted)).map((story) => story.dataset.of));
    for (const story of stories) story.hidden = !shown.has(story.dataset.of);
    for (const row of document.querySelectorAll(".matrix tr[data-of]")) row.hidden = !shown.has(row.dataset.of);
    for (const one of document.querySelectorAll(".matrix [data-country], .standings [data-country]"))
      one.hidden = wanted.country !== "" && one.dataset.country !== wanted.country;
    for (const mark of document.querySelectorAll("mark"))
      mark.classList.toggle("out", !mark.dataset.of.split(" ").some((name) => shown.has(name)));
    document.getElementById("none").hidden = shown.size > 0 || stories.length === 0;
    document.getElementById("shown").textContent = `${shown.size} of ${stories.length} commitments`;
    return wanted;
  };

  const light = (name, on) => {
    for (const mark of document.querySelectorAll("mark"))
      if (mark.dataset.of.split(" ").includes(name)) mark.classList.toggle("on", on);
  };
  for (const link of document.querySelectorAll(".pledge")) {
    for (const event of ["focus", "mouseenter"]) link.addEventListener(event, () => light(link.dataset.of, true));
    for (const event of ["blur", "mouseleave"]) link.addEventListener(event, () => light(link.dataset.of, false));
  }

  // A link to what is filtered out shows everything again, so that it leads where it says.
  const follow = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest("[hidden]")) {
      form.reset();
      keep(show());
      target.scrollIntoView();
    }
  };

  if (!stories.length) return;
  form.hidden = false;
  for (const [name, value] of new URLSearchParams(location.search))
    if (fields.includes(name)) form.elements[name].value = value;
  form.addEventListener("input", () => keep(show()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => keep(show())));
  addEventListener("hashchange", follow);
  show();
  follow();
})();
