// Asks every second whether there are more events, and then shows the page anew without losing the reader's place.
"use strict";
const shown = () => document.querySelector("[data-live]");
const news = document.querySelector(".news");

async function position() {
  const answer = await fetch("/live", { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return String((await answer.json()).position);
}

async function renew() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh) return;
  const before = shown().dataset.live;
  const focused = document.activeElement;
  const at = focused && shown().contains(focused) && focused.getAttribute("href");
  shown().replaceWith(document.adoptNode(fresh));
  if (at) [...shown().querySelectorAll("[href]")].find((link) => link.getAttribute("href") === at)?.focus();
  const more = Number(fresh.dataset.live) - Number(before);
  news.textContent = more === 1 ? "1 event was recorded just now." : `${more} events were recorded just now.`;
}

async function watch() {
  try {
    if (!document.hidden && (await position()) !== shown().dataset.live) await renew();
  } catch {
    news.textContent = "The explorer has stopped; what is shown may be old.";
  }
  setTimeout(watch, 1000);
}

if (shown()) setTimeout(watch, 1000);
