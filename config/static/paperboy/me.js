/* Offers a reader the time zone of her browser where her mail comes by another. It changes nothing by
   itself: she may be on a journey. */

"use strict";

{
  const field = document.getElementById("id_time_zone");
  const offer = document.getElementById("zone-offer");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isKnown = [...field.options].some((option) => option.value === zone);

  const compare = () => {
    offer.hidden = !isKnown || field.value === zone;
  };

  offer.querySelector("b").textContent = zone?.replaceAll("_", " ");
  offer.querySelector("button").addEventListener("click", () => {
    field.value = zone;
    field.focus();
    compare();
  });
  field.addEventListener("change", compare);
  compare();
}
