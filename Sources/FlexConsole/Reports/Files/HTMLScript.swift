/// What the page does: search, filters, the rest of the rows, and its state in the address.
enum HTMLScript {
  static let text = """
    (function () {
      "use strict";
      const body = document.querySelector("#rows tbody");
      if (!body) return;
      const controls = document.getElementById("controls"), field = document.getElementById("q");
      const matches = document.getElementById("matches"), more = document.getElementById("more");
      const chips = [...document.querySelectorAll("[data-only]")];
      const signs = {done: "✓", failed: "✗", refused: "⊘", unknown: "?", skipped: "»", planned: "○",
        "not-run": "·", tolerated: "–"};
      const STEP = 1000;
      let limit = STEP, from = 0, shown = [];
      const all = [...body.rows].map(row => ({
        n: +row.id.slice(1), outcome: row.cells[0].textContent.trim().split(" ").pop(), row, text: null}));
      const data = document.getElementById("data");
      if (data) for (const cells of JSON.parse(data.textContent)) {
        all.push({n: +cells[1], outcome: cells[0], cells, text: null});
      }
      all.sort((a, b) => a.n - b.n);
      const isLarge = all.length > 2000;

      function element(entry) {
        if (entry.row) return entry.row;
        const row = document.createElement("tr");
        row.id = "a" + entry.n;
        row.tabIndex = -1;
        entry.cells.forEach((cell, index) => {
          const td = document.createElement("td");
          if (index === 0) {
            const badge = document.createElement("span");
            badge.className = "badge " + cell;
            badge.textContent = (signs[cell] || "") + " " + cell;
            td.append(badge);
          } else if (index === 6) {
            const code = document.createElement("code");
            code.textContent = cell;
            td.append(code);
          } else td.textContent = cell;
          row.append(td);
        });
        return row;
      }
      function words(entry) {
        if (entry.text === null) {
          entry.text = (entry.row ? entry.row.textContent : entry.cells.join(" ")).toLowerCase();
        }
        return entry.text;
      }
      function state() {
        const values = new URLSearchParams(location.hash.slice(1));
        return {q: values.get("q") || "", only: (values.get("only") || "").split(",").filter(Boolean)};
      }
      function save(q, only) {
        const values = new URLSearchParams();
        if (q) values.set("q", q);
        if (only.length) values.set("only", only.join(","));
        history.replaceState(null, "", "#" + values.toString());
      }
      function draw() {
        const rows = shown.slice(from, from + limit).map(element);
        body.replaceChildren(...rows);
        if (more) {
          const left = shown.length - from - rows.length;
          more.replaceChildren();
          if (left > 0) {
            const button = document.createElement("button");
            button.type = "button";
            button.textContent = "Show " + Math.min(STEP, left).toLocaleString("en") + " more of "
              + left.toLocaleString("en");
            button.onclick = () => { limit += STEP; draw(); };
            more.append(button);
          }
        }
      }
      function apply() {
        const {q, only} = state(), wanted = q.toLowerCase().split(/\\s+/).filter(Boolean);
        if (document.activeElement !== field) field.value = q;
        for (const chip of chips) {
          chip.setAttribute("aria-pressed", String(only.includes(chip.dataset.only)));
        }
        shown = all.filter(entry => (!only.length || only.includes(entry.outcome))
          && wanted.every(word => words(entry).includes(word)));
        from = 0;
        limit = STEP;
        if (isLarge) draw();
        else {
          const kept = new Set(shown);
          for (const entry of all) entry.row.hidden = !kept.has(entry);
        }
        matches.textContent = shown.length.toLocaleString("en") + " of "
          + all.length.toLocaleString("en");
      }
      function jump(n) {
        field.value = "";
        shown = all;
        const index = all.findIndex(entry => entry.n === n);
        if (index < 0) return;
        if (isLarge) {
          from = Math.max(0, index - 20);
          limit = STEP;
          draw();
        } else for (const entry of all) entry.row.hidden = false;
        const row = document.getElementById("a" + n);
        for (const other of document.querySelectorAll(".hit")) other.classList.remove("hit");
        row.classList.add("hit");
        row.scrollIntoView({block: "center"});
        row.focus();
      }
      function route() {
        const found = /^#a(\\d+)$/.exec(location.hash);
        if (found) jump(+found[1]);
        else if (location.hash === "" || /^#(q|only)=/.test(location.hash)) apply();
      }
      let timer;
      field.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => { save(field.value, state().only); apply(); }, 120);
      });
      for (const chip of chips) chip.addEventListener("click", () => {
        const {only} = state(), name = chip.dataset.only;
        save(field.value, only.includes(name) ? only.filter(other => other !== name) : [...only, name]);
        apply();
      });
      document.addEventListener("keydown", event => {
        if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
          event.preventDefault();
          field.focus();
        } else if (event.key === "Escape" && event.target === field) {
          field.value = "";
          save("", state().only);
          apply();
        }
      });
      for (const bar of document.querySelectorAll(".bar")) {
        bar.addEventListener("click", () => { location.hash = "a" + bar.dataset.n; });
      }
      controls.hidden = false;
      addEventListener("hashchange", route);
      apply();
      route();
    })();
    """
}
