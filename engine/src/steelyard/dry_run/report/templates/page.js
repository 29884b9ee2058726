"use strict";
(() => {
  const table = document.getElementById("merchant-table");
  if (!table) return;
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const list = document.getElementById("by-list");
  const industry = document.getElementById("by-industry");
  const status = document.getElementById("status");
  const bodies = Array.from(table.tBodies);

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const body of bodies) {
      const data = body.dataset;
      const fits =
        words.every((word) => data.words.includes(word)) &&
        (!list.value || data.lists.split(" ").includes(list.value)) &&
        (!industry.value || data.industry === industry.value);
      body.hidden = !fits;
      if (fits) shown += 1;
    }
    status.textContent = table.dataset.status
      .replace("{shown}", String(shown))
      .replace("{all}", String(bodies.length));
  };

  const sort = (head) => {
    const column = head.cellIndex;
    const numeric = head.dataset.sort === "number";
    const first = numeric ? "descending" : "ascending";
    const second = numeric ? "ascending" : "descending";
    const order = head.getAttribute("aria-sort") === first ? second : first;
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const key = (body) => {
      const cell = body.rows[0].cells[column];
      return numeric ? cell.dataset.value : cell.textContent;
    };
    const rows = bodies.map((body) => [key(body), body]);
    rows.sort(([one], [other]) => {
      // what has no value stands last, in either order
      if (one === "" || other === "") return (one === "") - (other === "");
      if (numeric) return sign * (Number(one) - Number(other));
      return sign * (one < other ? -1 : one > other ? 1 : 0);
    });
    table.append(...rows.map(([, body]) => body));
  };

  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", filter);
  for (const control of [list, industry]) control.addEventListener("change", filter);
  form.hidden = false;
  filter();
})();
