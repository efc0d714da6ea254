// Tells the page around this frame how high it is, so that it need not scroll; no other site hears of it.
"use strict";

(() => {
  if (window.parent === window) return;
  const sites = JSON.parse(document.currentScript.dataset.sites);
  // The nearest page around this one, as the browser knows it; some tell it only by the referrer, or not at all.
  const around = window.location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin);
  if (around && !sites.includes(around)) return;
  let told = 0;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    // A message is delivered only where the page around is of the site that it is for.
    for (const site of around ? [around] : sites) window.parent.postMessage({ type: "als-search:height", height }, site);
  };
  new ResizeObserver(tell).observe(document.body);
})();
