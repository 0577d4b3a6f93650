/* Puts the time zone of her browser into a form, and says so. Without this, mail comes at the hour of
   the installation's zone, until she chooses her own. */

"use strict";

{
  const named = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = /^(Etc\/)?(UTC|GMT)$/.test(named) ? "UTC" : named;
  const field = document.querySelector("[name=time_zone]");
  if (zone === "UTC" || (zone?.includes("/") && !zone.startsWith("Etc/"))) {
    field.value = zone;
    document.querySelector("[data-time-zone]").textContent = zone.replaceAll("_", " ");
  }
}
