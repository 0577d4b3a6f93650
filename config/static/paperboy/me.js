/* Offers a reader the time zone of her browser where her mail comes by another. It changes nothing by
   itself: she may be on a journey. */

"use strict";

{
  const field = document.getElementById("id_time_zone");
  const offer = document.getElementById("zone-offer");
  // A browser may know a place by another name than the list.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const isOf = ({ value, dataset }) => value === zone || dataset.also?.split(" ").includes(zone);
  const here = [...field.options].find(isOf)?.value;

  const compare = () => {
    offer.hidden = !here || field.value === here;
  };

  offer.querySelector("b").textContent = here?.replaceAll("_", " ");
  offer.querySelector("button").addEventListener("click", () => {
    field.value = here;
    field.focus();
    compare();
  });
  field.addEventListener("change", compare);
  compare();
}
