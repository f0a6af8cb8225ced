/* The nearest service point by the device's own position: reckoned in the page, sent nowhere, kept nowhere. */
"use strict";

const EARTH_KM = 6371;

function kilometres(here, latitude, longitude) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const half = (a, b) => Math.sin(rad(b - a) / 2) ** 2;
  const along = Math.cos(rad(here.latitude)) * Math.cos(rad(latitude)) * half(here.longitude, longitude);
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half(here.latitude, latitude) + along));
}

function tellDistance(place, words) {
  const told = place.querySelector(".place-far") || place.appendChild(document.createElement("p"));
  told.className = "place-far";
  told.textContent = words;
}

function sortPlaces(here, said) {
  const list = document.querySelector(".places");
  const away = new Map(
    [...list.children].map((place) => [
      place,
      place.dataset.latitude
        ? kilometres(here, Number(place.dataset.latitude), Number(place.dataset.longitude))
        : Infinity,
    ])
  );
  const sorted = [...list.children].sort((one, other) => away.get(one) - away.get(other));
  for (const place of sorted) {
    if (away.get(place) < Infinity) tellDistance(place, said.dataset.away.replace("%s", away.get(place).toFixed(1)));
    list.append(place);
  }
  said.textContent = said.dataset.sorted + sorted[0].querySelector(".place-name").textContent;
}

document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-nearest]");
  const said = document.getElementById("position-said");
  if (!button || !("geolocation" in navigator)) return;
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(
      (position) => sortPlaces(position.coords, said),
      () => (said.textContent = said.dataset.refused),
      { timeout: 10000, maximumAge: 300000 }
    );
  });
});
