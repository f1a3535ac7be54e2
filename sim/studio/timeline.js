// Plays the places of each home, a week at a time. The data stand in the page; nothing is fetched.
(function () {
  let timer = null;
  function draw(root, data, week) {
    const date = new Date(data.dates[week] + "T00:00:00Z");
    const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    let lived = 0, all = 0;
    data.homes.forEach((home, at) => {
      const counts = home.places[week];
      const row = root.querySelector(`[data-home="${at}"]`);
      row.replaceChildren();
      counts.forEach((count, state) => {
        for (let i = 0; i < count; i++) {
          const place = document.createElement("span");
          place.className = "place s" + state;
          row.appendChild(place);
        }
        all += count;
      });
      lived += counts[0];
      row.setAttribute("aria-label", `${home.name}: ` + counts.map((count, state) => `${count} ${data.states[state]}`).join(", "));
    });
    root.querySelector(".told").textContent =
      `${day}: ${lived} of ${all} places lived in, ${data.waiting[week]} children on the welfare list.`;
  }
  window.startTimeline = function (root) {
    if (root.dataset.started) return;
    root.dataset.started = "yes";
    if (timer) clearInterval(timer);
    timer = null;
    const data = JSON.parse(root.querySelector("script[type='application/json']").textContent);
    const when = root.querySelector("#when"), play = root.querySelector("#play");
    when.max = data.dates.length - 1;
    const stop = () => { clearInterval(timer); timer = null; play.textContent = "Play"; };
    when.addEventListener("input", () => draw(root, data, Number(when.value)));
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (Number(when.value) >= data.dates.length - 1) when.value = 0;
      play.textContent = "Stop";
      timer = setInterval(() => {
        when.value = Number(when.value) + 1;
        draw(root, data, Number(when.value));
        if (Number(when.value) >= data.dates.length - 1) stop();
      }, 200);
    });
    draw(root, data, 0);
  };
  new MutationObserver(() => document.querySelectorAll(".timeline").forEach(window.startTimeline))
    .observe(document.documentElement, { childList: true, subtree: true });
})();
